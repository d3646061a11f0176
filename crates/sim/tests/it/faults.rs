//! Faults, throttling and latency as a client meets them.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fairlead_sim::options::{Fault, FaultKind, Options};

use super::desk::{Desk, GRAPH};

async fn with(kind: FaultKind) -> Desk {
    Desk::open(Options {
        faults: vec![Fault { kind, every: 1 }],
        ..Options::default()
    })
    .await
}

async fn discovery(desk: &Desk) -> Result<reqwest::Response, reqwest::Error> {
    let url = desk.login("/v2.0/.well-known/openid-configuration");
    desk.http.get(url).send().await
}

#[tokio::test]
async fn each_status_comes_with_its_headers_and_body() {
    for (kind, status, retry) in [
        (FaultKind::Throttled, 429, Some("1")),
        (FaultKind::Unavailable, 503, Some("1")),
        (FaultKind::ServerError, 500, None),
        (FaultKind::BadGateway, 502, None),
        (FaultKind::GatewayTimeout, 504, None),
        (FaultKind::Html, 200, None),
    ] {
        let desk = with(kind).await;
        let answer = discovery(&desk).await.unwrap();
        assert_eq!(answer.status(), status, "{kind}");
        let header = |name: &str| {
            answer
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(header("retry-after").as_deref(), retry, "{kind}");
        let html = matches!(kind, FaultKind::BadGateway | FaultKind::Html);
        let content_type = header("content-type").unwrap();
        assert_eq!(content_type.starts_with("text/html"), html, "{kind}");
    }
}

#[tokio::test]
async fn a_wait_may_be_a_date() {
    let desk = with(FaultKind::ThrottledDate).await;
    let answer = discovery(&desk).await.unwrap();
    let until = answer.headers()["retry-after"].to_str().unwrap();
    let until = httpdate::parse_http_date(until).unwrap();
    let date = answer.headers()["date"].to_str().unwrap();
    let wait = until.duration_since(httpdate::parse_http_date(date).unwrap());
    assert!(wait.unwrap() <= Duration::from_secs(2));
}

#[tokio::test]
async fn a_reset_before_leaves_nothing_done_and_one_after_leaves_it_done() {
    for (kind, devices) in [(FaultKind::ResetBefore, 0), (FaultKind::ResetAfter, 1)] {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("tenant.json");
        let desk = Desk::open(Options {
            faults: vec![Fault { kind, every: 1 }],
            state: Some(state.clone()),
            ..Options::default()
        })
        .await;
        let id = desk.ready().bootstrap_client_id;
        let error = desk
            .http
            .post(desk.login("/oauth2/v2.0/devicecode"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("client_id={id}&scope=User.Read"))
            .send()
            .await
            .unwrap_err();
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        let mut reset = false;
        while let Some(error) = cause {
            reset |= error
                .downcast_ref::<std::io::Error>()
                .is_some_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset);
            cause = error.source();
        }
        assert!(reset, "{kind}: {error:?}");
        let kept: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&state).unwrap()).unwrap();
        let count = kept["sign_in"]["devices"].as_object().unwrap().len();
        assert_eq!(count, devices, "{kind}");
    }
}

#[tokio::test]
async fn a_truncated_answer_promises_more_than_it_sends() {
    let desk = with(FaultKind::Truncate).await;
    let answer = discovery(&desk).await.unwrap();
    assert!(answer.content_length().unwrap() > 100);
    assert!(answer.bytes().await.is_err());
}

#[tokio::test]
async fn a_slow_answer_comes_after_some_seconds() {
    let desk = with(FaultKind::Slow).await;
    let began = Instant::now();
    assert_eq!(discovery(&desk).await.unwrap().status(), 200);
    assert!(began.elapsed() >= Duration::from_secs(3));
}

#[tokio::test]
async fn a_token_seems_expired_on_graph_alone() {
    let desk = with(FaultKind::TokenExpires).await;
    let token = desk.automation().await;
    let (status, body) = desk.read(&token, "/organization").await;
    assert_eq!(status, 401);
    assert_eq!(body["error"]["code"], "InvalidAuthenticationToken");
}

#[tokio::test]
async fn only_conditional_writes_fail_a_precondition() {
    let desk = with(FaultKind::PreconditionFailed).await;
    let token = desk.automation().await;
    assert_eq!(desk.read(&token, "/organization").await.0, 200);
    let url = format!("{}/v1.0/planner/plans/x", desk.ready().graph);
    let answer = desk
        .http
        .patch(url)
        .bearer_auth(&token)
        .header("if-match", "W/\"x\"")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 412);
}

#[tokio::test]
async fn a_person_meets_no_faults() {
    let desk = with(FaultKind::Unavailable).await;
    let page = desk.get(&desk.login("/oauth2/v2.0/authorize"), &[]).await;
    assert_eq!(page.status(), 200);
    assert_eq!(desk.get(&desk.ready().portal, &[]).await.status(), 200);
}

#[tokio::test]
async fn every_seventh_request_is_hit() {
    let desk = Desk::open(Options {
        faults: vec!["503:1/7".parse().unwrap()],
        ..Options::default()
    })
    .await;
    let mut hits = 0;
    for _ in 0..70 {
        hits += u32::from(discovery(&desk).await.unwrap().status() == 503);
    }
    assert_eq!(hits, 10);
}

#[tokio::test]
async fn who_asks_too_often_is_throttled() {
    let desk = Desk::open(Options {
        throttle: Some(2.0),
        ..Options::default()
    })
    .await;
    let mut last = None;
    for _ in 0..4 {
        last = Some(discovery(&desk).await.unwrap());
    }
    let last = last.unwrap();
    assert_eq!(last.status(), 429);
    assert_eq!(last.headers()["retry-after"], "1");
}

#[tokio::test]
async fn latency_is_the_least_that_a_request_takes() {
    let desk = Desk::open(Options {
        latency: Duration::from_millis(100),
        ..Options::default()
    })
    .await;
    let began = Instant::now();
    discovery(&desk).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn a_challenge_is_answered_by_a_new_token() {
    let desk = Desk::alone(&["claims-challenge"]).await;
    let connection = super::planted::Connection::make(
        &desk,
        "planner-data-mart",
        fairlead_sim::Credential::Secret,
    )
    .await;
    let (_, secret) = connection.secret.clone().unwrap();
    let ask = |claims: String| {
        let (desk, id, secret) = (&desk, &connection.client_id, &secret);
        async move {
            desk.tokens(&[
                ("grant_type", "client_credentials"),
                ("client_id", id),
                ("client_secret", secret),
                ("scope", GRAPH),
                ("claims", &claims),
            ])
            .await
            .unwrap()["access_token"]
                .as_str()
                .unwrap()
                .to_owned()
        }
    };
    let cp1 = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
    let token = ask(cp1.to_owned()).await;
    let url = format!("{}/v1.0/groups", desk.ready().graph);
    let refused = desk
        .http
        .get(&url)
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 401);
    let header = refused.headers()["www-authenticate"].to_str().unwrap();
    assert!(header.contains("error=\"insufficient_claims\""), "{header}");
    let (_, challenge) = header.split_once("claims=\"").unwrap();
    let challenge = STANDARD.decode(challenge.trim_end_matches('"')).unwrap();
    let mut claims: serde_json::Value = serde_json::from_slice(&challenge).unwrap();
    claims["access_token"]["xms_cc"] = serde_json::json!({"values": ["cp1"]});
    let token = ask(claims.to_string()).await;
    let accepted = desk
        .http
        .get(&url)
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(accepted.status(), 200);
}
