use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};

use super::{application, lagging, wait};
use crate::graph::testing::Graph;

/// A key pair and its certificate: private key (PKCS#8) and certificate, both DER.
struct Pair {
    private: Vec<u8>,
    certificate: String,
}

fn certificate(key: &KeyPair, from: (i32, u8), to: (i32, u8)) -> String {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.not_before = rcgen::date_time_ymd(from.0, from.1, 1);
    params.not_after = rcgen::date_time_ymd(to.0, to.1, 1);
    STANDARD.encode(params.self_signed(key).unwrap().der())
}

fn pair() -> Pair {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    Pair {
        certificate: certificate(&key, (2026, 11), (2027, 11)),
        private: key.serialize_der(),
    }
}

fn key(certificate: &str) -> Value {
    json!({"type": "AsymmetricX509Cert", "usage": "Verify", "key": certificate, "displayName": "CN=x"})
}

fn keys(graph: &mut Graph, id: &str) -> Vec<Value> {
    let sent = graph.get(&format!("/applications/{id}?$select=keyCredentials"));
    sent.body["keyCredentials"].as_array().unwrap().clone()
}

#[test]
fn the_certificate_itself_is_shown_only_when_it_is_selected_of_one_app() {
    let mut graph = Graph::new();
    let pair = pair();
    let (id, _) = application(
        &mut graph,
        json!({"keyCredentials": [key(&pair.certificate)]}),
    );
    let shown = &keys(&mut graph, &id)[0];
    assert_eq!(shown["key"], pair.certificate.as_str());
    let thumbprint = aws_lc_rs::digest::digest(
        &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY,
        &STANDARD.decode(&pair.certificate).unwrap(),
    );
    assert_eq!(shown["customKeyIdentifier"], STANDARD.encode(thumbprint));
    assert_eq!(shown["endDateTime"], "2027-11-01T00:00:00Z");
    assert!(shown["keyId"].as_str().unwrap().len() == 36);
    let plain = graph.get(&format!("/applications/{id}"));
    assert_eq!(plain.body["keyCredentials"][0]["key"], Value::Null);
    let list = graph.get("/applications?$select=id,keyCredentials");
    assert!(list.items().iter().all(|app| {
        app["keyCredentials"]
            .as_array()
            .unwrap()
            .iter()
            .all(|key| key["key"].is_null())
    }));
}

#[test]
fn a_patch_replaces_all_keys() {
    let mut graph = Graph::new();
    let (first, second) = (pair(), pair());
    let (id, _) = application(
        &mut graph,
        json!({"keyCredentials": [key(&first.certificate)]}),
    );
    let path = format!("/applications/{id}");
    let old = keys(&mut graph, &id)[0].clone();
    let both = json!({"keyCredentials": [old, key(&second.certificate)]});
    assert_eq!(graph.patch(&path, both).status, 204);
    assert_eq!(keys(&mut graph, &id).len(), 2);
    let mut nameless = old.clone();
    nameless["key"] = Value::Null;
    assert_eq!(
        graph
            .patch(&path, json!({"keyCredentials": [nameless]}))
            .status,
        204
    );
    let left = keys(&mut graph, &id);
    assert_eq!(
        (left.len(), &left[0]["keyId"]),
        (1, &old["keyId"]),
        "the other one is gone"
    );
    let mut other = old.clone();
    other["key"] = json!(second.certificate);
    let sent = graph.patch(&path, json!({"keyCredentials": [other]}));
    assert!(
        sent.message()
            .starts_with("Update to existing credential with KeyId")
    );
    let sent = graph.patch(&path, json!({"keyCredentials": [old, old]}));
    assert_eq!(sent.status, 400);
}

#[test]
fn only_rsa_certificates_within_their_dates_are_taken() {
    let mut graph = Graph::new();
    let rsa = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let good = certificate(&rsa, (2026, 11), (2027, 11));
    let curve = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let (id, _) = application(&mut graph, json!({}));
    let with = |name: &str, value: Value| {
        let mut key = key(&good);
        key[name] = value;
        key
    };
    for sent in [
        key(&certificate(&curve, (2026, 11), (2027, 11))),
        key(&certificate(&rsa, (2025, 1), (2026, 1))),
        key(&STANDARD.encode("no certificate")),
        with("key", Value::Null),
        with("type", json!("Symmetric")),
        with("usage", json!("Sign")),
        with("endDateTime", json!("2028-01-01T00:00:00Z")),
        with("endDateTime", json!("2026-11-01T00:00:00Z")),
        with("startDateTime", json!("2026-01-01T00:00:00Z")),
    ] {
        let body = json!({"keyCredentials": [sent]});
        let answer = graph.patch(&format!("/applications/{id}"), body);
        assert_eq!(
            (answer.status, answer.refused_by()),
            (400, "rule"),
            "{sent}"
        );
    }
    let shorter = with("endDateTime", json!("2027-01-01T00:00:00Z"));
    let body = json!({"keyCredentials": [shorter]});
    assert_eq!(
        graph.patch(&format!("/applications/{id}"), body).status,
        204
    );
    assert_eq!(
        keys(&mut graph, &id)[0]["endDateTime"],
        "2027-01-01T00:00:00Z"
    );
}

#[test]
fn keys_are_seen_late() {
    let mut graph = lagging(30);
    let pair = pair();
    let (id, _) = application(&mut graph, json!({}));
    wait(&mut graph, 31);
    let body = json!({"keyCredentials": [key(&pair.certificate)]});
    assert_eq!(
        graph.patch(&format!("/applications/{id}"), body).status,
        204
    );
    assert!(keys(&mut graph, &id).is_empty());
    wait(&mut graph, 31);
    assert_eq!(keys(&mut graph, &id).len(), 1);
}

#[test]
fn the_policy_limits_keys_and_forbids_secrets() {
    let mut graph = Graph::new();
    let pair = pair();
    let (id, _) = application(&mut graph, json!({}));
    let policy = &mut graph.world.tenant.policies.apps;
    (policy.passwords_forbidden, policy.key_days) = (true, Some(90));
    let add = format!("/applications/{id}/addPassword");
    let sent = graph.post(&add, json!({"passwordCredential": {"displayName": "x"}}));
    assert_eq!((sent.status, sent.refused_by()), (400, "state"));
    assert!(
        sent.message()
            .starts_with("Credential type not allowed as per assigned policy")
    );
    let body = json!({"displayName": "x", "passwordCredentials": [{"displayName": "x"}]});
    assert_eq!(graph.post("/applications", body).status, 400);
    let long = json!({"keyCredentials": [key(&pair.certificate)]});
    let sent = graph.patch(&format!("/applications/{id}"), long.clone());
    assert_eq!(sent.code(), "CredentialInvalidLifetimeAsPerAppPolicy");
    let mut with = long;
    with["displayName"] = json!("x");
    assert_eq!(graph.post("/applications", with).status, 400);
    let mut short = key(&pair.certificate);
    short["endDateTime"] = json!("2027-01-30T00:00:00Z");
    let sent = graph.patch(
        &format!("/applications/{id}"),
        json!({"keyCredentials": [short]}),
    );
    assert_eq!(sent.status, 204);
    let policy = graph.get("/policies/defaultAppManagementPolicy");
    let restrictions = &policy.body["applicationRestrictions"];
    assert_eq!(policy.body["isEnabled"], true);
    assert_eq!(
        restrictions["passwordCredentials"][0]["restrictionType"],
        "passwordAddition"
    );
    assert_eq!(restrictions["keyCredentials"][0]["maxLifetime"], "P90D");
    graph.world.tenant.policies.apps.passwords_forbidden = false;
    graph.world.tenant.policies.apps.password_days = Some(30);
    let sent = graph.post(&add, json!({"passwordCredential": {"displayName": "x"}}));
    assert_eq!(sent.code(), "CredentialInvalidLifetimeAsPerAppPolicy");
    let end = json!({"passwordCredential": {"endDateTime": "2026-12-01T00:00:00Z"}});
    assert_eq!(graph.post(&add, end).status, 200);
}

#[test]
fn a_secret_is_shown_once() {
    let mut graph = Graph::new();
    let (id, _) = application(&mut graph, json!({}));
    let path = format!("/applications/{id}/addPassword");
    let sent = graph.post(&path, json!({"passwordCredential": {"displayName": "one"}}));
    assert_eq!(sent.status, 200);
    let secret = sent.body["secretText"].as_str().unwrap().to_owned();
    assert_eq!(secret.len(), 40);
    assert!(secret.starts_with(sent.body["hint"].as_str().unwrap()));
    assert_eq!(
        sent.body["endDateTime"].as_str().map(|end| &end[..7]),
        Some("2028-11")
    );
    let read = graph.get(&format!("/applications/{id}"));
    assert_eq!(
        read.body["passwordCredentials"][0]["secretText"],
        Value::Null
    );
    assert!(!read.text.contains(&secret));
    let key = json!({"keyId": sent.body["keyId"]});
    let remove = format!("/applications/{id}/removePassword");
    assert_eq!(graph.post(&remove, key.clone()).status, 204);
    assert_eq!(graph.post(&remove, key).status, 400);
    assert_eq!(
        graph.post(&remove, json!({"keyId": "x"})).refused_by(),
        "contract"
    );
    let body = json!({"displayName": "x", "passwordCredentials": [{"displayName": "inline"}]});
    let sent = graph.post("/applications", body);
    assert!(
        sent.body["passwordCredentials"][0]["secretText"].is_string(),
        "made along with the app"
    );
}

/// A proof of possession, signed as told.
fn proof(pair: &Pair, claims: &Value, algorithm: &str) -> String {
    let key = RsaKeyPair::from_pkcs8(&pair.private).unwrap();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!(
        "{}.{}",
        part(json!({"alg": algorithm, "typ": "JWT"})),
        part(claims.clone())
    );
    let padding: &'static dyn aws_lc_rs::signature::RsaEncoding = if algorithm == "PS256" {
        &RSA_PSS_SHA256
    } else {
        &RSA_PKCS1_SHA256
    };
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(
        padding,
        &SystemRandom::new(),
        signed.as_bytes(),
        &mut signature,
    )
    .unwrap();
    assert!(!key.public_key().as_ref().is_empty());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn an_app_rolls_its_own_key_with_proof_and_without_permission() {
    let mut graph = Graph::new();
    let (old, new) = (pair(), pair());
    let (id, app_id) = application(
        &mut graph,
        json!({"keyCredentials": [key(&old.certificate)]}),
    );
    let principal = graph.post("/servicePrincipals", json!({"appId": app_id}));
    let mut own = graph.app(&[]);
    own.app = app_id.parse().unwrap();
    own.object = principal.id().parse().unwrap();
    let everything = graph.claims.clone();
    let now = graph.world.now().as_second();
    let claims = |name: &str, value: Value| {
        let mut claims = json!({"aud": "00000002-0000-0000-c000-000000000000", "iss": id,
            "nbf": now, "exp": now + 600});
        claims[name] = value;
        claims
    };
    let good = claims("nbf", json!(now));
    let path = format!("/applications/{id}/addKey");
    let body = |proof: String| json!({"keyCredential": key(&new.certificate), "passwordCredential": null, "proof": proof});
    graph.ask(own.clone());
    for (claims, pair, algorithm) in [
        (
            claims("aud", json!("https://graph.microsoft.com")),
            &old,
            "RS256",
        ),
        (claims("iss", json!(app_id)), &old, "RS256"),
        (claims("exp", json!(now + 6000)), &old, "RS256"),
        (claims("nbf", json!(now + 6000)), &old, "RS256"),
        (good.clone(), &new, "RS256"),
        (good.clone(), &old, "none"),
    ] {
        let sent = graph.post(&path, body(proof(pair, &claims, algorithm)));
        assert_eq!(
            (sent.status, sent.refused_by()),
            (401, "permission"),
            "{claims} {algorithm}"
        );
    }
    assert_eq!(graph.post(&path, body(String::new())).status, 401);
    for algorithm in ["RS256", "PS256"] {
        let sent = graph.post(&path, body(proof(&old, &good, algorithm)));
        assert_eq!(sent.status, 200, "{}", sent.text);
        let remove = json!({"keyId": sent.body["keyId"], "proof": proof(&old, &good, algorithm)});
        assert_eq!(
            graph
                .post(&format!("/applications/{id}/removeKey"), remove)
                .status,
            204
        );
    }
    let stranger = graph.app(&[]);
    let sent = graph
        .ask(stranger)
        .post(&path, body(proof(&old, &good, "RS256")));
    assert_eq!(sent.status, 403, "another app needs a permission");
    graph.ask(everything);
    assert_eq!(keys(&mut graph, &id).len(), 1);
}

#[test]
fn an_ended_key_proves_nothing() {
    let mut graph = Graph::new();
    let (old, new) = (pair(), pair());
    let mut short = key(&old.certificate);
    short["endDateTime"] = json!("2026-12-01T00:00:00Z");
    let (id, _) = application(&mut graph, json!({"keyCredentials": [short]}));
    wait(&mut graph, 30 * 86_400);
    let now = graph.world.now().as_second();
    let claims = json!({"aud": "00000002-0000-0000-c000-000000000000", "iss": id,
        "nbf": now, "exp": now + 600});
    let body =
        json!({"keyCredential": key(&new.certificate), "proof": proof(&old, &claims, "RS256")});
    assert_eq!(
        graph
            .post(&format!("/applications/{id}/addKey"), body)
            .status,
        401
    );
}
