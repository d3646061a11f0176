//! Proxies, as the environment names them. The environment belongs to a whole process, so each case
//! runs in one of its own: this very binary, asked for the one test that is ignored otherwise.

mod gate;

use std::path::Path;

use fairlead_wire::{Call, ProxyChoice, proxy_for};
use gate::{Gate, PASSWORD, socks};

use crate::certificates::{Authority, acceptor, self_signed, serve};
use crate::server::{Server, answer, good, settings, transport};

const CHILD: &str = "proxies::a_call_as_the_environment_says";

#[tokio::test]
#[ignore = "other tests run it as a process of its own"]
async fn a_call_as_the_environment_says() {
    let set = |name: &str| std::env::var(name).ok();
    let url: url::Url = set("WIRE_URL")
        .expect("the caller names an address")
        .parse()
        .unwrap();
    let mut settings = settings();
    settings.connect_timeout = std::time::Duration::from_millis(500);
    settings.ca = set("WIRE_CA").map(Into::into);
    settings.proxy = match set("WIRE_PROXY").as_deref() {
        None => ProxyChoice::Environment,
        Some("direct") => ProxyChoice::Direct,
        Some(url) => ProxyChoice::Url(url.parse().unwrap()),
    };
    assert_eq!(
        proxy_for(&settings.proxy, &url),
        transport(settings.clone()).proxy_for(&url)
    );
    let transport = transport(settings);
    let result = transport
        .send(Call::get(url.clone()).expect(fairlead_wire::Expect::Any))
        .await;
    println!(
        "SHOWN {transport:?} {:?} {result:?}",
        transport.proxy_for(&url)
    );
    match result {
        Ok(reply) => println!("RESULT {} {}", reply.status.as_u16(), reply.text()),
        Err(error) => {
            println!("SHOWN {:?}", error.problem());
            println!("RESULT {} {error}", error.code());
        }
    }
}

/// What one call comes to with these variables.
async fn call(url: &str, variables: &[(&str, &str)]) -> String {
    let mut command = tokio::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", CHILD, "--ignored", "--nocapture"]);
    for name in ["http", "https", "all", "no"] {
        let name = format!("{name}_proxy");
        command.env_remove(name.to_uppercase()).env_remove(name);
    }
    command
        .env_remove("REQUEST_METHOD")
        .env("WIRE_URL", url)
        .kill_on_drop(true);
    for (name, value) in variables {
        command.env(name, value);
    }
    let output = command.output().await.unwrap();
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    // The password as it was written, as it is meant, and as it is sent.
    for secret in ["p%40ss", "p@ss", "dXNlcjpwQHNz"] {
        assert!(!text.contains(secret), "{text}");
    }
    let result = text.lines().find_map(|line| line.split_once("RESULT "));
    result
        .unwrap_or_else(|| panic!("no result: {text}"))
        .1
        .to_owned()
}

fn file(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// `http://user:p%40ss@127.0.0.1:1`, with another user part, or none.
fn at(server: &Server, user: &str) -> String {
    format!("http://{user}{}", server.address)
}

#[tokio::test]
async fn plain_requests_go_whole_to_the_proxy() {
    let open = gate::start(Gate::Open, None).await;
    let url = "http://graph.example/v1.0/me";
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
        "WIRE_PROXY",
    ] {
        let result = call(url, &[(name, &at(&open, ""))]).await;
        assert_eq!(result, "200 by the proxy", "{name}");
    }
    for request in open.requests() {
        assert!(
            request
                .head
                .starts_with("GET http://graph.example/v1.0/me HTTP/1.1\r\n")
        );
        assert_eq!(request.header("proxy-authorization"), None);
    }

    let guarded = gate::start(Gate::Guarded, None).await;
    let with_password = at(&guarded, "user:p%40ss@");
    for name in ["HTTP_PROXY", "WIRE_PROXY"] {
        assert_eq!(
            call(url, &[(name, &with_password)]).await,
            "200 by the proxy",
            "{name}"
        );
    }
    for user in ["", "user:wrong@", "user@"] {
        let result = call(url, &[("HTTP_PROXY", &at(&guarded, user))]).await;
        let proxy = at(&guarded, "");
        let expected =
            format!("proxy.authentication the proxy `{proxy}` wants a user name and password");
        assert_eq!(result, expected, "{user}");
    }
    let sent = guarded.requests()[0]
        .header("proxy-authorization")
        .unwrap()
        .to_owned();
    assert_eq!(sent, PASSWORD);
}

#[tokio::test]
async fn encrypted_requests_go_through_a_tunnel() {
    let authority = Authority::new();
    let shown = authority.certificate(&["graph.example"], (2020, 2099));
    let target = serve(acceptor(&shown, &[]), async |mut connection| {
        while let Some((_, request)) = connection.request().await {
            let odd = request.head.starts_with("GET /407");
            connection
                .send(if odd { answer(407, &[], "") } else { good() })
                .await;
        }
    })
    .await;
    let ca = file(authority.file.path());
    let ca = ca.as_str();
    let url = "https://graph.example/v1.0/me";

    let open = gate::start(Gate::Open, Some(target.address)).await;
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let result = call(url, &[("WIRE_CA", ca), (name, &at(&open, ""))]).await;
        assert_eq!(result, r#"200 {"value":[]}"#, "{name}");
    }
    assert!(
        open.requests()[0]
            .head
            .starts_with("CONNECT graph.example:443 HTTP/1.1\r\n")
    );
    assert_eq!(target.requests()[0].header("proxy-authorization"), None);

    let variables = [("WIRE_CA", ca), ("ALL_PROXY", &at(&open, ""))];
    let result = call("https://graph.example/407", &variables).await;
    assert_eq!(
        result, "407 ",
        "said behind the tunnel it is not the proxy's"
    );

    let guarded = gate::start(Gate::Guarded, Some(target.address)).await;
    let proxy = at(&guarded, "user:p%40ss@");
    for name in ["HTTPS_PROXY", "WIRE_PROXY"] {
        let result = call(url, &[("WIRE_CA", ca), (name, &proxy)]).await;
        assert_eq!(result, r#"200 {"value":[]}"#, "{name}");
    }
    for user in ["", "user:wrong@"] {
        let result = call(
            url,
            &[("WIRE_CA", ca), ("HTTPS_PROXY", &at(&guarded, user))],
        )
        .await;
        assert!(result.starts_with("proxy.authentication "), "{result}");
    }

    // What is wrong behind the tunnel is not the proxy's fault.
    let stranger = gate::start(Gate::Open, Some(target.address)).await;
    let result = call(url, &[("HTTPS_PROXY", &at(&stranger, ""))]).await;
    assert!(
        result.starts_with("tls.untrusted TLS with `graph.example`"),
        "{result}"
    );
    let cutting = Server::start(async |_| {}).await;
    let through = gate::start(Gate::Open, Some(cutting.address)).await;
    let result = call(url, &[("HTTPS_PROXY", &at(&through, ""))]).await;
    assert!(result.starts_with("network.reset "), "{result}");
}

#[tokio::test]
async fn a_proxy_may_be_behind_tls_itself() {
    let authority = Authority::new();
    let ca = file(authority.file.path());
    let target = authority.certificate(&["graph.example"], (2020, 2099));
    let target = serve(acceptor(&target, &[]), async |mut connection| {
        while connection.request().await.is_some() {
            connection.send(good()).await;
        }
    })
    .await;
    let shown = authority.certificate(&["127.0.0.1"], (2020, 2099));
    let proxy = gate::start_with_tls(acceptor(&shown, &[]), Some(target.address)).await;
    let proxy = format!("https://user:p%40ss@{}", proxy.address);
    for (url, expected) in [
        ("http://graph.example/", "200 by the proxy"),
        ("https://graph.example/", r#"200 {"value":[]}"#),
    ] {
        assert_eq!(
            call(url, &[("ALL_PROXY", &proxy), ("WIRE_CA", &ca)]).await,
            expected
        );
        // It is the proxy whose certificate is not trusted, and not the host's.
        let result = call(url, &[("ALL_PROXY", &proxy)]).await;
        assert!(result.starts_with("proxy.unreachable "), "{url}: {result}");
        assert!(result.contains("certificate"), "{url}: {result}");
    }
}

#[tokio::test]
async fn what_stands_in_the_way_at_the_proxy_is_named() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://user:p%40ss@{}", listener.local_addr().unwrap())
    };
    let unknown = "http://user:p%40ss@no-such-proxy.invalid:8080";
    for url in ["http://graph.example/", "https://graph.example/"] {
        for proxy in [
            closed.as_str(),
            unknown,
            "http://user:p%40ss@192.0.2.1:8080",
        ] {
            let result = call(url, &[("ALL_PROXY", proxy)]).await;
            let host = proxy.rsplit('@').next().unwrap();
            let start = format!("proxy.unreachable the proxy `http://{host}` can't be reached: ");
            assert!(result.starts_with(&start), "{url} {proxy}: {result}");
        }
    }
    for (gate, expected, tries) in [
        (Gate::Says(403), "proxy.refused", 1),
        (Gate::Says(502), "proxy.refused", 1),
        (Gate::Garbage, "proxy.refused", 1),
        (Gate::Closes, "proxy.unreachable", 3),
        (Gate::Hangs, "proxy.unreachable", 3),
    ] {
        let server = gate::start(gate, None).await;
        let proxy = at(&server, "user:p%40ss@");
        let result = call("https://graph.example/", &[("HTTPS_PROXY", &proxy)]).await;
        assert!(result.starts_with(expected), "{gate:?}: {result}");
        assert_eq!(server.requests().len(), tries, "{gate:?}");
    }
}

#[tokio::test]
async fn some_hosts_go_straight() {
    let proxy = gate::start(Gate::Open, None).await;
    let server = Server::answering(|_, _| answer(200, &[], "straight")).await;
    let url = server.url("/").to_string();
    let by = at(&proxy, "");
    for (no_proxy, expected) in [
        ("", "200 by the proxy"),
        ("localhost,127.0.0.1", "200 straight"),
        ("127.0.0.0/8", "200 straight"),
        ("graph.example", "200 by the proxy"),
    ] {
        let result = call(&url, &[("HTTP_PROXY", &by), ("NO_PROXY", no_proxy)]).await;
        assert_eq!(result, expected, "{no_proxy}");
    }
    let result = call(&url, &[("HTTP_PROXY", &by), ("WIRE_PROXY", "direct")]).await;
    assert_eq!(result, "200 straight");
    let named = format!("http://localhost:{}/", server.address.port());
    let result = call(&named, &[("HTTP_PROXY", &by), ("NO_PROXY", "*")]).await;
    assert_eq!(result, "200 straight");
    let result = call(&url, &[("HTTPS_PROXY", &by)]).await;
    assert_eq!(result, "200 straight", "it is for encrypted requests alone");
    let result = call(
        &url,
        &[("HTTP_PROXY", "nonsense://x"), ("HTTPS_PROXY", "%%%")],
    )
    .await;
    assert_eq!(result, "200 straight", "what is no proxy is none");
}

#[tokio::test]
async fn a_407_that_is_not_the_proxys_is_an_answer() {
    let server = Server::answering(|_, _| answer(407, &[], "")).await;
    let reply = transport(settings())
        .send(Call::get(server.url("/")))
        .await
        .unwrap();
    assert_eq!(reply.status, 407);
}

#[tokio::test]
async fn a_socks_proxy_works_and_its_refusals_are_named() {
    let shown = self_signed("graph.example");
    let target = serve(acceptor(&shown, &[]), async |_| {}).await;
    let plain = Server::answering(|_, _| answer(200, &[], "behind")).await;
    for (server, url, user, expected) in [
        (
            socks(plain.address, true).await,
            "http://graph.example/",
            "user:p%40ss@",
            "200 behind",
        ),
        (
            socks(target.address, true).await,
            "https://graph.example/",
            "user:p%40ss@",
            "tls.untrusted",
        ),
        (
            socks(plain.address, true).await,
            "http://graph.example/",
            "user:wrong@",
            "proxy.authentication",
        ),
        (
            socks(plain.address, true).await,
            "http://graph.example/",
            "",
            "proxy.authentication",
        ),
        (
            socks(plain.address, false).await,
            "http://graph.example/",
            "user:p%40ss@",
            "proxy.refused",
        ),
    ] {
        let proxy = format!("socks5h://{user}{}", server.address);
        let result = call(url, &[("ALL_PROXY", &proxy)]).await;
        assert!(result.starts_with(expected), "{url} {user}: {result}");
    }
    let result = call(
        "http://graph.example/",
        &[("ALL_PROXY", "socks5h://u:p%40ss@127.0.0.1:1")],
    )
    .await;
    assert!(
        result.starts_with("proxy.unreachable the proxy `socks5h://127.0.0.1:1`"),
        "{result}"
    );
}
