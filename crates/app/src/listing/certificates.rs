use fairlead_domain::certificate::CertificateFacts;
use fairlead_entra::certificate::remaining_days;
use fairlead_state::{CertificateOrigin, CertificateState, Realm, StoredCertificate};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::table::{row, table};
use crate::show::TextStyle;

/// The list of certificates, each with the world it belongs to.
pub fn certificates_text(
    all: &[(Realm, StoredCertificate)],
    now: Timestamp,
    style: &TextStyle,
) -> String {
    let rows: Vec<[String; 5]> = all
        .iter()
        .map(|(realm, certificate)| {
            let facts = certificate.facts.as_ref();
            let simulated = match realm {
                Realm::Real => "",
                Realm::Simulated => " (simulated)",
            };
            [
                format!("{}{simulated}", certificate.name),
                state_word(certificate.state).to_owned(),
                facts.map_or_else(String::new, |facts| ends(facts, now)),
                users(certificate),
                facts.map_or_else(String::new, |facts| facts.thumbprint.to_string()),
            ]
        })
        .collect();
    let heads = ["name", "state", "ends", "used by", "thumbprint"];
    table(Some(heads), &rows, style)
}

/// One certificate.
pub fn certificate_text(
    certificate: &StoredCertificate,
    now: Timestamp,
    style: &TextStyle,
) -> String {
    let mut rows = vec![
        row("name", certificate.name.to_string()),
        row("state", state_word(certificate.state)),
        row("origin", origin_word(certificate.origin)),
        row(
            "private key",
            if certificate.secret_id.is_some() {
                "in the secret store"
            } else {
                "not kept here"
            },
        ),
    ];
    if let Some(facts) = &certificate.facts {
        rows.extend([
            row("subject", facts.subject.as_str()),
            row("serial", facts.serial.as_str()),
            row(
                "key",
                format!("{} {} bit", facts.key_algorithm, facts.key_bits),
            ),
            row("signature", facts.signature_algorithm.as_str()),
            row("valid from", facts.not_before.to_string()),
            row(
                "valid until",
                format!("{} ({})", facts.not_after, left(facts, now)),
            ),
            row("thumbprint", facts.thumbprint.to_string()),
            row("SHA-256", facts.sha256.as_str()),
        ]);
    }
    if !certificate.used_by.is_empty() {
        rows.push(row("used by", users(certificate)));
    }
    table(None, &rows, style)
}

/// A certificate for programs.
pub fn certificate_json(realm: Realm, certificate: &StoredCertificate, now: Timestamp) -> Value {
    json!({
        "name": certificate.name,
        "simulated": realm == Realm::Simulated,
        "state": state_word(certificate.state),
        "origin": origin_word(certificate.origin),
        "private_key": certificate.secret_id.is_some(),
        "facts": certificate.facts,
        "days_left": certificate.facts.as_ref().map(|facts| remaining_days(facts, now)),
        "used_by": certificate.used_by,
    })
}

fn users(certificate: &StoredCertificate) -> String {
    let used: Vec<_> = certificate
        .used_by
        .iter()
        .map(ToString::to_string)
        .collect();
    used.join(", ")
}

fn ends(facts: &CertificateFacts, now: Timestamp) -> String {
    let day = facts.not_after.strftime("%Y-%m-%d");
    format!("{day} ({})", left(facts, now))
}

fn left(facts: &CertificateFacts, now: Timestamp) -> String {
    match remaining_days(facts, now) {
        _ if facts.not_after <= now => "over".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    }
}

const fn state_word(state: CertificateState) -> &'static str {
    match state {
        CertificateState::Intended => "begun",
        CertificateState::Ready => "ready",
        CertificateState::Retired => "retired",
    }
}

const fn origin_word(origin: CertificateOrigin) -> &'static str {
    match origin {
        CertificateOrigin::Made => "made here",
        CertificateOrigin::Imported => "imported",
        CertificateOrigin::Product => "given by the product",
    }
}
