use fairlead_sim::options::Options;
use reqwest::{Certificate, Client};

#[tokio::test]
async fn https_is_served_by_a_private_authority_under_every_name() {
    let folder = tempfile::tempdir().unwrap();
    let running = fairlead_sim::start(Options {
        tls: Some(folder.path().to_owned()),
        ..Options::default()
    })
    .await
    .unwrap();
    let ready = running.ready();
    assert!(
        ready.login.starts_with("https://localhost:"),
        "{}",
        ready.login
    );
    let ca = std::fs::read(ready.ca.as_ref().unwrap()).unwrap();
    let port = url::Url::parse(&ready.login).unwrap().port().unwrap();
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let client = Client::builder()
        .no_proxy()
        .tls_certs_only([Certificate::from_pem(&ca).unwrap()])
        .resolve("login.microsoftonline.com", address)
        .build()
        .unwrap();
    for host in ["localhost", "127.0.0.1", "login.microsoftonline.com"] {
        let url =
            format!("https://{host}:{port}/contoso.example/v2.0/.well-known/openid-configuration");
        let body: serde_json::Value = client.get(url).send().await.unwrap().json().await.unwrap();
        let issuer = body["issuer"].as_str().unwrap();
        assert!(
            issuer.starts_with(&format!("https://{host}:{port}/")),
            "{issuer}"
        );
    }
    let untrusting = Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .build()
        .unwrap();
    assert!(untrusting.get(&ready.login).send().await.is_err());
}
