use fairlead_domain::Secret;
use fairlead_domain::problem::ProblemCode;
use fairlead_state::connection::{AccountMeta, CloudChoice, SecretMeta};
use fairlead_state::transfer::{Exported, Transfer, export, read};
use fairlead_state::{Realm, SecretId, SecretStore, StateError, Store};

use crate::support::{
    CLOUD_FILE, at, certificate, connection, encrypted_file, facts, in_cloud, name, open, secret,
};

struct Machine {
    _folder: tempfile::TempDir,
    memory: Store,
    secrets: SecretStore,
}

impl Machine {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let memory = open(folder.path()).await;
        let secrets = encrypted_file(&memory).await;
        Self {
            _folder: folder,
            memory,
            secrets,
        }
    }

    /// One with a connection that has everything.
    async fn with_connection() -> Self {
        let machine = Self::new().await;
        let mut reports = connection("reports");
        reports.certificate = Some("reports-2027".parse().unwrap());
        reports.previous_certificate = Some("reports-2026".parse().unwrap());
        reports.secret = Some(SecretMeta {
            key_id: None,
            end: None,
            hint: None,
        });
        reports.account = Some(AccountMeta {
            user: "sync@contoso.com".parse().unwrap(),
            object_id: None,
        });
        for (number, name) in [(6, "reports-2026"), (7, "reports-2027")] {
            let certificates = machine.memory.certificates();
            certificates.insert(&certificate(name)).await.unwrap();
            certificates
                .fill(&name.parse().unwrap(), vec![number], facts(number))
                .await
                .unwrap();
            machine.put(&format!("certificate-key/{name}")).await;
        }
        machine.put("client-secret/reports").await;
        machine.memory.connections().insert(&reports).await.unwrap();
        machine
    }

    async fn put(&self, id: &str) {
        let value = secret(&format!("MARKED {id}"));
        self.secrets
            .put(&id.parse().unwrap(), &value)
            .await
            .unwrap();
    }

    async fn value(&self, id: &SecretId) -> Vec<u8> {
        self.secrets
            .get(id)
            .await
            .unwrap()
            .unwrap()
            .expose()
            .clone()
    }

    async fn export(&self, passphrase: &str) -> Result<Exported, StateError> {
        let passphrase = Secret::from(passphrase);
        export(
            &self.memory,
            &name("reports"),
            Some((&self.secrets, &passphrase)),
        )
        .await
    }
}

async fn open_with(bytes: &[u8], passphrase: &str) -> Result<Transfer, StateError> {
    read(bytes.to_vec(), Some(Secret::from(passphrase))).await
}

#[tokio::test]
async fn a_connection_moves_with_its_secrets_under_a_passphrase() {
    let (here, there) = (Machine::with_connection().await, Machine::new().await);
    let exported = here.export("correct horse").await.unwrap();
    let ids: Vec<SecretId> = [
        "certificate-key/reports-2027",
        "certificate-key/reports-2026",
        "client-secret/reports",
    ]
    .map(|id| id.parse().unwrap())
    .to_vec();
    assert_eq!(exported.secrets, ids);
    assert_eq!(exported.missing, ["refresh-token/reports".parse().unwrap()]);
    let text = String::from_utf8(exported.bytes.clone()).unwrap();
    assert!(
        text.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"),
        "{text}"
    );
    assert!(!text.contains("contoso"), "all of it is encrypted");

    let mailed = format!("\n  {}\n\n", text.trim());
    let transfer = open_with(mailed.as_bytes(), "correct horse").await.unwrap();
    assert_eq!(transfer.secrets(), ids);
    assert!(
        !format!("{transfer:?} {exported:?}").contains("MARKED"),
        "{transfer:?}"
    );
    let kept = transfer
        .import(&there.memory, &there.secrets, at(9))
        .await
        .unwrap();
    let mut wanted = here
        .memory
        .connections()
        .get(&name("reports"))
        .await
        .unwrap();
    wanted.updated_at = at(9);
    assert_eq!(kept, wanted);
    assert_eq!(there.memory.connections().list().await.unwrap(), [wanted]);
    assert_eq!(
        there.memory.certificates().list().await.unwrap(),
        here.memory.certificates().list().await.unwrap()
    );
    for id in &ids {
        assert_eq!(there.value(id).await, here.value(id).await);
    }
    let refusal = transfer
        .import(&there.memory, &there.secrets, at(10))
        .await
        .unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::ConnectionExists);
}

#[tokio::test]
async fn without_a_passphrase_no_secret_leaves() {
    let (here, there) = (Machine::with_connection().await, Machine::new().await);
    let exported = export(&here.memory, &name("reports"), None).await.unwrap();
    let text = String::from_utf8(exported.bytes.clone()).unwrap();
    assert!(
        text.contains("\"secrets\": {}") && !text.contains("MARKED"),
        "{text}"
    );
    let transfer = read(exported.bytes, None).await.unwrap();
    transfer
        .import(&there.memory, &there.secrets, at(9))
        .await
        .unwrap();
    assert_eq!(there.secrets.ids().await.unwrap(), []);
    assert_eq!(there.memory.certificates().list().await.unwrap().len(), 2);
    let refusal = here.export("").await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::TransferPassphrase);
}

#[tokio::test]
async fn what_can_not_be_opened_is_told_apart() {
    let machine = Machine::with_connection().await;
    let bytes = machine.export("correct horse").await.unwrap().bytes;
    let plain = export(&machine.memory, &name("reports"), None)
        .await
        .unwrap()
        .bytes;
    let plain = String::from_utf8(plain).unwrap();
    let mut cut = bytes.clone();
    cut.drain(bytes.len() - 200..bytes.len() - 100);
    let code = async |bytes: &[u8], passphrase: Option<&str>| {
        read(bytes.to_vec(), passphrase.map(Secret::from))
            .await
            .unwrap_err()
            .code()
    };
    assert_eq!(code(&bytes, None).await, ProblemCode::TransferPassphrase);
    assert_eq!(
        code(&bytes, Some("wrong")).await,
        ProblemCode::TransferPassphrase
    );
    assert_eq!(
        code(&cut, Some("correct horse")).await,
        ProblemCode::TransferUnreadable
    );
    for (from, to, wanted) in [
        (
            "\"schema\": 1,\n  \"kind\"",
            "\"schema\": 2,\n  \"kind\"",
            ProblemCode::TransferNewer,
        ),
        (
            "\"schema\": 1,\n    \"name\": \"reports\"",
            "\"schema\": 2",
            ProblemCode::TransferNewer,
        ),
        (
            "fairlead-connection",
            "fairlead-report",
            ProblemCode::TransferUnreadable,
        ),
        (
            "\"tenant\":",
            "\"tenent\":",
            ProblemCode::TransferUnreadable,
        ),
        (
            "\"secrets\": {}",
            "\"secrets\": {\"a\":\"!\"}",
            ProblemCode::TransferUnreadable,
        ),
    ] {
        assert!(plain.contains(from), "{from} is in {plain}");
        let changed = plain.replacen(from, to, 1);
        assert_eq!(code(changed.as_bytes(), None).await, wanted, "{to}");
    }
    for strange in ["", "[]", "-----BEGIN CERTIFICATE-----", "\u{0}"] {
        assert_eq!(
            code(strange.as_bytes(), None).await,
            ProblemCode::TransferUnreadable
        );
    }
}

#[tokio::test]
async fn an_import_takes_nothing_that_belongs_to_others() {
    let (here, there) = (
        Machine::with_connection().await,
        Machine::with_connection().await,
    );
    there
        .memory
        .connections()
        .remove(&name("reports"))
        .await
        .unwrap();
    let own: SecretId = "certificate-key/reports-2027".parse().unwrap();
    there
        .secrets
        .put(&own, &secret("the key that is here"))
        .await
        .unwrap();
    let other: SecretId = "client-secret/other".parse().unwrap();
    there
        .secrets
        .put(&other, &secret("somebody else's"))
        .await
        .unwrap();

    let plain = export(&here.memory, &name("reports"), None)
        .await
        .unwrap()
        .bytes;
    let forged = String::from_utf8(plain).unwrap().replace(
        "\"secrets\": {}",
        "\"secrets\": {\"client-secret/other\": \"QQ==\", \"client-secret/reports\": \"QQ==\", \
         \"certificate-key/reports-2027\": \"QQ==\"}",
    );
    let transfer = read(forged.into_bytes(), None).await.unwrap();
    transfer
        .import(&there.memory, &there.secrets, at(9))
        .await
        .unwrap();
    assert_eq!(there.value(&other).await, b"somebody else's");
    assert_eq!(there.value(&own).await, b"the key that is here");
    assert_eq!(
        there.value(&"client-secret/reports".parse().unwrap()).await,
        b"A"
    );
}

#[tokio::test]
async fn a_certificate_of_the_same_name_is_not_replaced() {
    let (here, there) = (Machine::with_connection().await, Machine::new().await);
    there
        .memory
        .certificates()
        .insert(&certificate("reports-2026"))
        .await
        .unwrap();
    let bytes = here.export("correct horse").await.unwrap().bytes;
    let transfer = open_with(&bytes, "correct horse").await.unwrap();
    let refusal = transfer
        .import(&there.memory, &there.secrets, at(9))
        .await
        .unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::CertificateExists);
    assert_eq!(there.memory.connections().list().await.unwrap(), []);
    assert_eq!(there.secrets.ids().await.unwrap(), []);
}

#[tokio::test]
async fn a_simulated_connection_is_not_imported_among_real_ones() {
    let folder = tempfile::tempdir().unwrap();
    let simulated = Store::open(folder.path(), Realm::Simulated).await.unwrap();
    let cloud = CloudChoice::from_file_text(CLOUD_FILE).unwrap();
    simulated
        .connections()
        .insert(&in_cloud("reports", cloud))
        .await
        .unwrap();
    let exported = export(&simulated, &name("reports"), None).await.unwrap();
    let transfer = read(exported.bytes, None).await.unwrap();
    let there = Machine::new().await;
    let refusal = transfer
        .import(&there.memory, &there.secrets, at(9))
        .await
        .unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::ConnectionOtherCloud);
}
