//! The secrets that went over the wire: where each of them came up.

use fairlead_sim::Exchange;
use serde_json::Value;

/// What of a form is a secret.
const FIELDS: [&str; 6] = [
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "refresh_token",
];

/// What of an answer is a secret.
const PROPERTIES: [&str; 5] = [
    "access_token",
    "device_code",
    "id_token",
    "refresh_token",
    "secretText",
];

/// Every secret of an exchange, with the name that it has there.
pub(super) fn secrets(exchange: &Exchange) -> Vec<(&'static str, String)> {
    let mut secrets = Vec::new();
    let body = String::from_utf8_lossy(&exchange.request_body);
    for pair in body.split('&') {
        let Some((name, value)) = pair.split_once('=') else {
            continue;
        };
        if let Some(name) = FIELDS.iter().find(|known| **known == name) {
            secrets.push((*name, decoded(value)));
        }
    }
    if let Ok(answer) = serde_json::from_slice(&exchange.response_body) {
        collect(&answer, &mut secrets);
    }
    secrets
}

fn collect(value: &Value, secrets: &mut Vec<(&'static str, String)>) {
    match value {
        Value::Array(all) => all.iter().for_each(|value| collect(value, secrets)),
        Value::Object(all) => {
            for (name, value) in all {
                let known = PROPERTIES.iter().find(|known| *known == name);
                match (known, value.as_str()) {
                    (Some(name), Some(text)) => secrets.push((*name, text.to_owned())),
                    _ => collect(value, secrets),
                }
            }
        }
        _ => {}
    }
}

fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        let escaped = (*first == b'%')
            .then(|| behind.split_at_checked(2))
            .flatten()
            .and_then(|(digits, after)| {
                let digits = std::str::from_utf8(digits).ok()?;
                Some((u8::from_str_radix(digits, 16).ok()?, after))
            });
        match (first, escaped) {
            (_, Some((byte, after))) => {
                bytes.push(byte);
                rest = after;
            }
            (b'+', None) => bytes.push(b' '),
            (byte, None) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The address of an exchange.
pub(super) fn address(exchange: &Exchange) -> String {
    let query = exchange.query.as_deref().unwrap_or_default();
    format!("{}{}?{query}", exchange.base, exchange.path)
}

/// All of an exchange.
pub(super) fn whole(exchange: &Exchange) -> Vec<u8> {
    let mut all = address(exchange).into_bytes();
    for (_, value) in exchange
        .request_headers
        .iter()
        .chain(&exchange.response_headers)
    {
        all.push(b'\n');
        all.extend(value.as_bytes());
    }
    for body in [&exchange.request_body, &exchange.response_body] {
        all.push(b'\n');
        all.extend(body.as_ref());
    }
    all
}
