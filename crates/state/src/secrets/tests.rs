use std::path::Path;

use fairlead_domain::problem::ProblemCode;
use keyring_core::mock;

use super::choose::choose_with;
use super::*;
use crate::config::Realm;
use crate::error::KeyringFault;
use crate::private::write_private;

fn secret(text: &str) -> Secret<Vec<u8>> {
    Secret::new(text.as_bytes().to_vec())
}

fn id(text: &str) -> SecretId {
    text.parse().unwrap()
}

struct Computer {
    folder: tempfile::TempDir,
    memory: Store,
    keyring: Keyring,
}

impl Computer {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let memory = Store::open(folder.path(), Realm::Real).await.unwrap();
        let keyring = Keyring::over(mock::Store::new().unwrap(), Realm::Real);
        Self {
            folder,
            memory,
            keyring,
        }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    async fn choose(&self, request: StoreRequest) -> Result<(SecretStore, Chosen), StateError> {
        choose_with(&self.memory, request, async { Ok(self.keyring.clone()) }).await
    }

    async fn choose_without_keyring(
        &self,
        request: StoreRequest,
    ) -> Result<(SecretStore, Chosen), StateError> {
        let absent = KeyringFault::Absent {
            detail: "no bus".to_owned(),
        };
        choose_with(&self.memory, request, async { Err(absent) }).await
    }

    async fn file(&self) -> SecretStore {
        let request = StoreRequest {
            kind: Some(StoreKind::File),
            ..StoreRequest::default()
        };
        self.choose(request).await.unwrap().0
    }

    async fn ring(&self) -> SecretStore {
        let request = StoreRequest {
            kind: Some(StoreKind::Keyring),
            ..StoreRequest::default()
        };
        self.choose(request).await.unwrap().0
    }
}

fn any() -> StoreRequest {
    StoreRequest::default()
}

fn with_passphrase(file: &Path) -> StoreRequest {
    StoreRequest {
        passphrase_file: Some(file.to_owned()),
        ..any()
    }
}

#[tokio::test]
async fn the_keyring_is_chosen_where_it_works() {
    let computer = Computer::new().await;
    let (store, chosen) = computer.choose(any()).await.unwrap();
    assert_eq!(store.kind(), StoreKind::Keyring);
    assert_eq!(chosen.which, StoreKind::Keyring);
    assert_eq!(
        chosen.why,
        "The keyring of this computer was chosen because it works."
    );
    assert!(
        store.where_().ends_with("under the name `fairlead`"),
        "{}",
        store.where_()
    );
}

#[tokio::test]
async fn without_a_keyring_the_file_is_chosen_and_the_reason_said() {
    let computer = Computer::new().await;
    let (store, chosen) = computer.choose_without_keyring(any()).await.unwrap();
    let key = computer.path("secrets.key");
    assert_eq!(
        chosen.why,
        "The encrypted file was chosen because the keyring of this computer can't be used: none \
         answers (no bus)."
    );
    let place = store.where_();
    let beside = format!(
        "opened by the key file `{}` beside it, so that whoever can read this folder can read the \
         secrets",
        key.display()
    );
    assert!(place.ends_with(&beside), "{place}");
    assert!(!key.exists(), "the key is made at first use");
    store
        .put(&id("client-secret/a"), &secret("hush"))
        .await
        .unwrap();
    assert!(key.exists());
    let (again, chosen) = computer.choose(any()).await.unwrap();
    assert_eq!(
        again
            .get(&id("client-secret/a"))
            .await
            .unwrap()
            .unwrap()
            .expose(),
        b"hush"
    );
    assert!(
        chosen
            .why
            .contains("holds this configuration's secrets already"),
        "{}",
        chosen.why
    );
}

#[tokio::test]
async fn a_keyring_that_was_asked_for_and_does_not_work_is_a_problem() {
    let computer = Computer::new().await;
    let request = StoreRequest {
        kind: Some(StoreKind::Keyring),
        ..any()
    };
    let refusal = computer.choose_without_keyring(request).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::StoreUnavailable);
}

#[tokio::test]
async fn a_key_chooses_the_file_and_two_keys_are_refused() {
    let computer = Computer::new().await;
    let (key, phrase) = (computer.path("server.key"), computer.path("phrase"));
    new_key(&key).unwrap();
    write_private(&phrase, b"correct horse\n", false).unwrap();
    let keyed = StoreRequest {
        key_file: Some(key.clone()),
        ..any()
    };
    let (store, chosen) = computer.choose(keyed.clone()).await.unwrap();
    assert_eq!(store.kind(), StoreKind::File);
    assert_eq!(
        chosen.why,
        "The encrypted file was chosen because `--key-file` was given."
    );
    let place = store.where_();
    let by = format!("opened by the key file `{}`", key.display());
    assert!(place.ends_with(&by), "{place}");
    for request in [
        StoreRequest {
            passphrase_file: Some(phrase.clone()),
            ..keyed.clone()
        },
        StoreRequest {
            kind: Some(StoreKind::Keyring),
            ..keyed
        },
        StoreRequest {
            kind: Some(StoreKind::Keyring),
            ..with_passphrase(&phrase)
        },
    ] {
        let refusal = computer.choose(request).await.unwrap_err();
        assert_eq!(refusal.code(), ProblemCode::InputInvalid, "{refusal}");
    }
}

#[tokio::test]
async fn a_file_with_a_passphrase_wants_it_again() {
    let computer = Computer::new().await;
    let phrase = computer.path("phrase");
    write_private(&phrase, b"correct horse\n", false).unwrap();
    let (store, _) = computer.choose(with_passphrase(&phrase)).await.unwrap();
    store
        .put(&id("refresh-token/a"), &secret("token"))
        .await
        .unwrap();
    let refusal = computer.choose(any()).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::StoreKeyMissing);
    assert!(
        refusal.to_string().contains("`--passphrase-file`"),
        "{refusal}"
    );
    write_private(&phrase, b"wrong\n", true).unwrap();
    let refusal = computer.choose(with_passphrase(&phrase)).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::StorePassphrase);
}

#[tokio::test]
async fn a_secret_in_the_other_store_is_not_called_missing() {
    let computer = Computer::new().await;
    let (file, ring) = (computer.file().await, computer.ring().await);
    let id = id("client-secret/a");
    assert!(ring.get(&id).await.unwrap().is_none());
    ring.put(&id, &secret("first")).await.unwrap();
    let refusal = file.get(&id).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::StoreUnavailable);
    file.put(&id, &secret("second")).await.unwrap();
    assert_eq!(file.get(&id).await.unwrap().unwrap().expose(), b"second");
    let refusal = ring.get(&id).await.unwrap_err();
    assert_eq!(
        refusal.code(),
        ProblemCode::StoreKeyMissing,
        "an old copy is no answer"
    );
    assert!(file.delete(&id).await.unwrap());
    assert_eq!(ring.get(&id).await.unwrap().unwrap().expose(), b"first");
}

#[tokio::test]
async fn secrets_move_there_and_back() {
    let computer = Computer::new().await;
    let (file, ring) = (computer.file().await, computer.ring().await);
    let ids = [
        id("certificate-key/a"),
        id("client-secret/a"),
        id("refresh-token/b"),
    ];
    for id in &ids {
        ring.put(id, &secret(&format!("value of {id}")))
            .await
            .unwrap();
    }
    let moved = ring.move_all(&file).await.unwrap();
    assert_eq!(
        moved,
        Moved {
            moved: ids.to_vec(),
            superseded: Vec::new()
        }
    );
    assert_eq!(ring.ids().await.unwrap(), []);
    assert!(
        computer.keyring.get(&ids[0]).await.unwrap().is_none(),
        "the keyring is empty"
    );
    file.move_all(&ring).await.unwrap();
    assert_eq!(file.ids().await.unwrap(), []);
    for id in &ids {
        let value = ring.get(id).await.unwrap().unwrap();
        assert_eq!(value.expose(), format!("value of {id}").as_bytes());
    }
    let (_, chosen) = computer.choose(any()).await.unwrap();
    assert_eq!(
        chosen.which,
        StoreKind::Keyring,
        "an emptied file is not chosen again"
    );
}

#[tokio::test]
async fn a_move_keeps_the_newer_copy() {
    let computer = Computer::new().await;
    let (file, ring) = (computer.file().await, computer.ring().await);
    let id = id("refresh-token/a");
    ring.put(&id, &secret("old")).await.unwrap();
    file.put(&id, &secret("new")).await.unwrap();
    let moved = ring.move_all(&file).await.unwrap();
    assert_eq!(
        moved,
        Moved {
            moved: Vec::new(),
            superseded: vec![id.clone()]
        }
    );
    assert_eq!(file.get(&id).await.unwrap().unwrap().expose(), b"new");
    assert!(computer.keyring.get(&id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_move_between_two_keys_encrypts_the_file_anew() {
    let computer = Computer::new().await;
    let beside = computer.file().await;
    beside
        .put(&id("client-secret/a"), &secret("hush"))
        .await
        .unwrap();
    let key = computer.path("server.key");
    new_key(&key).unwrap();
    let old = computer.file().await;
    let new = SecretStore::new(
        computer.memory.clone(),
        Backend::File(Arc::new(EncryptedFile::new(
            computer.path("secrets.age"),
            key::Key::File(key.clone()),
        ))),
    );
    old.move_all(&new).await.unwrap();
    assert_eq!(
        new.get(&id("client-secret/a"))
            .await
            .unwrap()
            .unwrap()
            .expose(),
        b"hush"
    );
    let refusal = computer.choose(any()).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::StoreKeyMissing);
}

#[tokio::test]
async fn what_a_keyring_does_not_take_is_refused_before_it_is_tried() {
    let computer = Computer::new().await;
    let ring = computer.ring().await;
    let id = id("certificate-key/a");
    let large = Secret::new(vec![7; computer.keyring.limit() + 1]);
    let refusal = ring.put(&id, &large).await.unwrap_err();
    assert_eq!(
        refusal.to_string(),
        format!(
            "`certificate-key/a` has {} bytes, and the keyring of this computer takes {} at most",
            large.expose().len(),
            computer.keyring.limit()
        )
    );
    assert_eq!(ring.ids().await.unwrap(), []);
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let computer = Computer::new().await;
    let phrase = computer.path("phrase");
    write_private(&phrase, b"MARKED-PHRASE", false).unwrap();
    let (store, chosen) = computer.choose(with_passphrase(&phrase)).await.unwrap();
    store
        .put(&id("client-secret/a"), &secret("MARKED-SECRET"))
        .await
        .unwrap();
    let ring = computer.ring().await;
    ring.put(&id("client-secret/b"), &secret("MARKED-SECRET"))
        .await
        .unwrap();
    let shown = format!(
        "{store:?} {chosen:?} {} {ring:?} {:?}",
        store.where_(),
        computer.memory
    );
    assert!(!shown.contains("MARKED"), "{shown}");
}
