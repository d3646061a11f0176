use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fairlead_domain::Secret;
use fairlead_domain::certificate::{CertificateFacts, Thumbprint};
use fairlead_domain::check::Verdict;
use fairlead_domain::ids::ConnectionName;
use fairlead_domain::profile::{CredentialKind, KeyHolder, Owner, PermissionSet};
use fairlead_domain::report::{REPORT_SCHEMA, Report};
use fairlead_state::connection::{CloudChoice, Wanted};
use fairlead_state::{
    CertificateOrigin, CertificateState, Connection, Realm, SecretStore, Store, StoreKind,
    StoreRequest, StoredCertificate,
};
use jiff::Timestamp;

pub(crate) const CLOUD_FILE: &str = r#"{"name":"simulated","login":"http://127.0.0.1:41234","graph":"http://127.0.0.1:41234",
    "exchange":"http://127.0.0.1:41234","exchange_admin":"http://127.0.0.1:41234",
    "portal":"http://127.0.0.1:41234/portal","bootstrap_client_id":"14d82eec-204b-4c2f-b7e8-296a70dab67e",
    "graph_resource":"https://graph.microsoft.com","exchange_resource":"https://outlook.office365.com",
    "now":"2026-11-22T10:00:00Z","tenant_id":"11111111-2222-4333-8444-555555555555","domain":"contoso.example",
    "admin":{"user":"admin@contoso.example","password":"MARKED-ADMIN"},"ca":null}"#;

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

pub(crate) fn name(text: &str) -> ConnectionName {
    text.parse().unwrap()
}

pub(crate) fn connection(name: &str) -> Connection {
    in_cloud(name, CloudChoice::named("global").unwrap())
}

pub(crate) fn in_cloud(name: &str, cloud: CloudChoice) -> Connection {
    Connection::new(
        Wanted {
            name: name.parse().unwrap(),
            profile: "planner-data-mart".parse().unwrap(),
            owner: Owner::Fairlead,
            credential: CredentialKind::Certificate,
            permissions: PermissionSet::Product,
            cloud,
            tenant: "contoso.onmicrosoft.com".parse().unwrap(),
            key_holder: KeyHolder::Fairlead,
            unique_name: Some(format!("fairlead-{name}")),
            inputs: BTreeMap::new(),
        },
        at(0),
    )
}

pub(crate) fn certificate(name: &str) -> StoredCertificate {
    StoredCertificate {
        name: name.parse().unwrap(),
        der: None,
        facts: None,
        origin: CertificateOrigin::Made,
        holder: KeyHolder::Fairlead,
        state: CertificateState::Intended,
        secret_id: Some(format!("certificate-key/{name}").parse().unwrap()),
        created_at: at(0),
        used_by: Vec::new(),
    }
}

pub(crate) fn facts(sha1: u8) -> CertificateFacts {
    CertificateFacts {
        subject: "CN=Fairlead".to_owned(),
        issuer: "CN=Fairlead".to_owned(),
        serial: "01".to_owned(),
        not_before: at(0),
        not_after: at(1000),
        key_algorithm: "RSA".to_owned(),
        key_bits: 2048,
        signature_algorithm: "sha256WithRSAEncryption".to_owned(),
        thumbprint: Thumbprint::from_sha1([sha1; 20]),
        sha256: "AA".repeat(32),
    }
}

pub(crate) fn report(connection: &str, second: i64) -> Report {
    Report {
        schema: REPORT_SCHEMA,
        connection: connection.parse().unwrap(),
        profile: "planner-data-mart".parse().unwrap(),
        verdict: Verdict::Passed,
        started: at(second),
        ms: 12,
        identities: Vec::new(),
        notices: Vec::new(),
        checks: Vec::new(),
    }
}

pub(crate) async fn open(folder: &Path) -> Store {
    Store::open(folder, Realm::Real).await.unwrap()
}

/// The encrypted file of a store, opened by the key beside it.
pub(crate) async fn encrypted_file(memory: &Store) -> SecretStore {
    let request = StoreRequest {
        kind: Some(StoreKind::File),
        ..StoreRequest::default()
    };
    fairlead_state::secrets::choose(memory, request)
        .await
        .unwrap()
        .0
}

pub(crate) fn secret(text: &str) -> Secret<Vec<u8>> {
    Secret::new(text.as_bytes().to_vec())
}

/// Every file under a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
