use fairlead_domain::problem::{ProblemCode, RequestIds};
use serde::Deserialize;

use super::WireError;

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only whether it reads is asked")]
struct Answer {
    access_token: String,
    expires_in: u32,
    kind: Option<Kind>,
}

#[derive(Debug, Deserialize)]
enum Kind {
    Bearer,
}

fn shape(body: &str) -> String {
    let cause = serde_json::from_str::<Answer>(body).unwrap_err();
    let error = WireError::shape("GET https://login.example/", &cause, RequestIds::default());
    assert_eq!(error.code(), ProblemCode::HttpShape);
    let text = format!("{error} {error:?} {:?}", error.problem());
    assert!(!text.contains("HUSH"), "{text}");
    let WireError::Shape { cause, .. } = error else {
        panic!("another variant: {error}");
    };
    cause
}

#[test]
fn a_shape_names_place_and_expectation_and_never_quotes_the_answer() {
    for (body, cause) in [
        (
            r#"{"access_token":"t","expires_in":"HUSH"}"#,
            "u32 is expected at line 1 column 39",
        ),
        (
            r#"{"access_token":"t","expires_in":"HUSH, expected HUSH"}"#,
            "u32 is expected at line 1 column 54",
        ),
        (
            r#"{"access_token":"HUSH"}"#,
            "missing field `expires_in` at line 1 column 23",
        ),
        (
            r#""HUSH, expected HUSH""#,
            "struct Answer is expected at line 1 column 21",
        ),
        (
            r#"{"access_token":"HUSH","expires_in":-4}"#,
            "u32 is expected at line 1 column 38",
        ),
        (
            r#"{"access_token":"t","expires_in":1,"kind":"HUSH"}"#,
            "a value is not as documented at line 1 column 48",
        ),
        (
            r#"{"access_token":"HUSH"#,
            "it ends too early at line 1 column 21",
        ),
        (
            r#"{"access_token":HUSH}"#,
            "it is not JSON at line 1 column 17",
        ),
    ] {
        assert_eq!(shape(body), cause, "{body}");
    }
}

#[test]
fn a_shape_read_from_a_value_has_no_place() {
    let value = serde_json::json!({"access_token": "t", "expires_in": "HUSH"});
    let cause = serde_json::from_value::<Answer>(value).unwrap_err();
    let error = WireError::shape("GET /", &cause, RequestIds::default());
    assert_eq!(
        error.to_string(),
        "the answer to GET / has another shape than documented: u32 is expected"
    );
}

#[test]
fn every_error_of_a_request_keeps_its_ids() {
    let ids = RequestIds {
        client_request_id: Some("mine".to_owned()),
        ..RequestIds::default()
    };
    let error = WireError::Truncated {
        call: "GET /".to_owned(),
        ids: Box::new(ids.clone()),
    };
    assert_eq!(error.problem().ids, ids);
}
