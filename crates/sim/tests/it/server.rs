//! Starting, stopping, keeping, logging.

use std::sync::{Arc, Mutex};

use fairlead_sim::options::Options;
use fairlead_sim::{Exchange, StartError, start, start_observed};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::desk::{Desk, client};

#[tokio::test]
async fn the_ready_line_is_a_cloud_file() {
    let desk = Desk::open(Options::default()).await;
    let line = desk.ready().line();
    assert!(!line.contains('\n'));
    let ready: Value = serde_json::from_str(&line).unwrap();
    let cloud = fairlead_domain::cloud::Cloud::from_file_text(&line).unwrap();
    assert!(cloud.is_simulated());
    assert_eq!(ready["on_premises"], Value::Null);
    assert_eq!(ready["ca"], Value::Null);
    assert_eq!(ready["admin"]["user"], "admin@contoso.example");
    let accounts = ready["accounts"].as_array().unwrap();
    assert!(
        accounts
            .iter()
            .any(|a| a["roles"][0] == "Privileged Role Administrator")
    );
    assert!(
        accounts
            .iter()
            .any(|a| a["eligible_roles"][0] == "Global Administrator")
    );
    assert!(
        accounts
            .iter()
            .all(|a| a["note"].is_string() && a["password"].is_string())
    );
    assert!(!format!("{:?}", desk.running).contains(ready["admin"]["password"].as_str().unwrap()));
}

#[tokio::test]
async fn only_loopback_is_served() {
    let refused = start(Options {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..Options::default()
    })
    .await;
    assert!(matches!(refused, Err(StartError::NotLoopback(_))));
}

#[tokio::test]
async fn what_can_not_be_started_says_why() {
    let unknown = start(Options {
        scenarios: vec!["helthy".to_owned()],
        ..Options::default()
    })
    .await
    .unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "`helthy` is no scenario; `--scenario list` shows them all"
    );
    let desk = Desk::open(Options::default()).await;
    let port = url::Url::parse(&desk.ready().login)
        .unwrap()
        .port()
        .unwrap();
    let taken = start(Options {
        listen: ([127, 0, 0, 1], port).into(),
        ..Options::default()
    })
    .await;
    assert!(matches!(taken, Err(StartError::Listen { .. })));
    let rate = start(Options {
        throttle: Some(0.0),
        ..Options::default()
    })
    .await;
    assert!(matches!(rate, Err(StartError::Rate(_))));
}

#[tokio::test]
async fn it_serves_until_it_is_stopped() {
    let desk = Desk::open(Options::default()).await;
    let portal = desk.ready().portal.clone();
    assert_eq!(desk.get(&portal, &[]).await.status(), 200);
    desk.running.stop().await;
    assert!(client().get(&portal).send().await.is_err());
    let dropped = Desk::open(Options::default()).await.ready().portal.clone();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(client().get(&dropped).send().await.is_err());
}

#[tokio::test]
async fn a_connection_is_kept_alive() {
    let desk = Desk::open(Options::default()).await;
    let address = desk.ready().login.trim_start_matches("http://").to_owned();
    let stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    for _ in 0..2 {
        let request = format!("GET /portal HTTP/1.1\r\nHost: {address}\r\n\r\n");
        writing.write_all(request.as_bytes()).await.unwrap();
        let mut buffer = vec![0; 64 * 1024];
        let read = reading.read(&mut buffer).await.unwrap();
        assert!(buffer[..read].starts_with(b"HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn the_date_is_the_tenants() {
    let desk = Desk::open(Options {
        clock: Some("2031-04-05T06:07:08Z".parse::<Timestamp>().unwrap()),
        ..Options::default()
    })
    .await;
    let answer = desk.get(&desk.ready().portal, &[]).await;
    let date = answer.headers()["date"].to_str().unwrap();
    assert!(date.starts_with("Sat, 05 Apr 2031 06:07:"), "{date}");
    assert!(
        desk.ready()
            .now
            .to_string()
            .starts_with("2031-04-05T06:07:0")
    );
    let token = super::desk::claims(&desk.automation().await);
    assert!(token["exp"].as_i64().unwrap() > 1_933_000_000, "{token}");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let desk = Desk::open(Options::default()).await;
    let answer = desk
        .http
        .post(desk.login("/oauth2/v2.0/token"))
        .body(vec![b'x'; 5 * 1024 * 1024])
        .send()
        .await;
    assert!(answer.is_err() || answer.unwrap().status() == 413);
}

#[tokio::test]
async fn the_tenant_is_kept_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let options = || Options {
        state: Some(path.clone()),
        auto_consent: true,
        ..Options::default()
    };
    let desk = Desk::open(options()).await;
    let first = desk.ready().clone();
    let token = desk.automation().await;
    let app = json!({"displayName": "Kept", "signInAudience": "AzureADMyOrg"});
    let (status, _) = desk
        .graph(&token, Method::POST, "/applications", Some(&app))
        .await;
    assert_eq!(status, 201);
    desk.running.stop().await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let again = Desk::open(options()).await;
    assert_eq!(again.ready().tenant_id, first.tenant_id);
    assert_eq!(again.ready().admin.password, first.admin.password);
    assert_eq!(
        again.ready().automation.client_secret,
        first.automation.client_secret
    );
    let apps = again
        .list(&token, "/applications?$filter=displayName%20eq%20'Kept'")
        .await;
    assert_eq!(apps.unwrap().len(), 1, "also a token from before is good");
}

#[tokio::test]
async fn a_kept_tenant_that_does_not_fit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tenant.json");
    let options = |seed| Options {
        state: Some(path.clone()),
        seed,
        ..Options::default()
    };
    start(options(1)).await.unwrap().stop().await;
    let other = start(options(2)).await.unwrap_err();
    assert!(
        other.to_string().contains("start with its seed 1"),
        "{other}"
    );
    std::fs::write(&path, "{}").unwrap();
    assert!(matches!(start(options(1)).await, Err(StartError::State(_))));
    std::fs::write(&path, "{\"schema\":99}").unwrap();
    let newer = start(options(1)).await.unwrap_err();
    assert!(newer.to_string().contains("newer version"), "{newer}");
}

#[tokio::test]
async fn every_request_is_logged_and_those_inside_a_batch_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.jsonl");
    let desk = Desk::open(Options {
        request_log: Some(path.clone()),
        ..Options::default()
    })
    .await;
    let token = desk.automation().await;
    let batch = json!({"requests": [
        {"id": "1", "method": "GET", "url": "/organization?$select=id"},
        {"id": "2", "method": "POST", "url": "/applications", "headers": {"Content-Type": "application/json"},
         "body": {"displayName": "x", "signInAudience": "AzureADMyOrg"}},
    ]});
    let (status, _) = desk
        .graph(&token, Method::POST, "/$batch", Some(&batch))
        .await;
    assert_eq!(status, 200);
    desk.get(&desk.login("/oauth2/v2.0/authorize"), &[("code", "s3cret")])
        .await;
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let keys: Vec<&String> = lines[0].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "at",
            "method",
            "host",
            "path",
            "query",
            "status",
            "ms",
            "app",
            "tenant",
            "client_request_id",
            "writes",
            "inside_batch"
        ]
    );
    let shown: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line["method"].as_str().unwrap(),
                line["path"].as_str().unwrap().rsplit('/').next().unwrap(),
                line["writes"].as_bool().unwrap(),
                line["inside_batch"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("POST", "token", false, false),
            ("POST", "$batch", false, false),
            ("GET", "organization", false, true),
            ("POST", "applications", true, true),
            ("GET", "authorize", false, false),
        ]
    );
    assert_eq!(lines[2]["path"], "/v1.0/organization");
    let app = desk.ready().automation.client_id.to_string();
    assert!(lines[..4].iter().all(|line| line["app"] == app.as_str()));
    assert!(!text.contains(&desk.ready().automation.client_secret));
    assert!(!text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn an_observer_sees_every_exchange_whole() {
    let seen: Arc<Mutex<Vec<Exchange>>> = Arc::default();
    let sink = Arc::clone(&seen);
    let running = start_observed(
        Options::default(),
        Arc::new(move |exchange| sink.lock().unwrap().push(exchange.clone())),
    )
    .await
    .unwrap();
    let url = format!("{}/common/oauth2/v2.0/token", running.ready().login);
    client().post(url).body("x=1").send().await.unwrap();
    let seen = seen.lock().unwrap();
    let exchange = &seen[0];
    assert_eq!(exchange.method, Method::POST);
    assert_eq!(exchange.path, "/common/oauth2/v2.0/token");
    assert_eq!(&exchange.request_body[..], b"x=1");
    assert_eq!(exchange.status, Some(reqwest::StatusCode::BAD_REQUEST));
    assert!(exchange.response_body.starts_with(b"{\"error\""));
    assert!(!exchange.faulty);
}
