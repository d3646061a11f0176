use std::any::Any;
use std::collections::HashMap;
use std::io;

use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, mock};

use super::*;

/// The mock store, each of whose entries fails its first call with an error of ours.
#[derive(Debug)]
struct Troubled {
    mock: Arc<mock::Store>,
    trouble: fn() -> Error,
}

impl CredentialStoreApi for Troubled {
    fn vendor(&self) -> String {
        self.mock.vendor()
    }
    fn id(&self) -> String {
        self.mock.id()
    }
    fn build(
        &self,
        service: &str,
        user: &str,
        modifiers: Option<&HashMap<&str, &str>>,
    ) -> keyring_core::Result<Entry> {
        let entry = self.mock.build(service, user, modifiers)?;
        let credential: &mock::Cred = entry.as_any().downcast_ref().unwrap();
        credential.set_error((self.trouble)());
        Ok(entry)
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A store that takes everything and gives something else back, after a while.
#[derive(Debug)]
struct Strange(Duration);

#[derive(Debug)]
struct StrangeEntry(Duration);

impl CredentialStoreApi for Strange {
    fn vendor(&self) -> String {
        "strange".to_owned()
    }
    fn id(&self) -> String {
        "strange".to_owned()
    }
    fn build(
        &self,
        _: &str,
        _: &str,
        _: Option<&HashMap<&str, &str>>,
    ) -> keyring_core::Result<Entry> {
        Ok(Entry::new_with_credential(Arc::new(StrangeEntry(self.0))))
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl CredentialApi for StrangeEntry {
    fn set_secret(&self, _: &[u8]) -> keyring_core::Result<()> {
        thread::sleep(self.0);
        Ok(())
    }
    fn get_secret(&self) -> keyring_core::Result<Vec<u8>> {
        Ok(b"something else".to_vec())
    }
    fn delete_credential(&self) -> keyring_core::Result<()> {
        Ok(())
    }
    fn get_credential(&self) -> keyring_core::Result<Option<Arc<Credential>>> {
        Ok(None)
    }
    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn troubled(trouble: fn() -> Error) -> Keyring {
    let mock = mock::Store::new().unwrap();
    Keyring::over(Arc::new(Troubled { mock, trouble }), Realm::Real)
}

fn id() -> SecretId {
    "client-secret/reports".parse().unwrap()
}

fn other(text: &'static str) -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(io::Error::other(text))
}

#[tokio::test]
async fn a_keyring_that_works_keeps_and_forgets() {
    let keyring = Keyring::over(mock::Store::new().unwrap(), Realm::Real);
    keyring.probe().await.unwrap();
    assert!(keyring.get(&id()).await.unwrap().is_none());
    let value = Secret::new(vec![0, 255, 10]);
    keyring.put(&id(), &value).await.unwrap();
    assert_eq!(
        keyring.get(&id()).await.unwrap().unwrap().expose(),
        value.expose()
    );
    assert!(keyring.delete(&id()).await.unwrap());
    assert!(!keyring.delete(&id()).await.unwrap());
}

#[tokio::test]
async fn the_probe_leaves_nothing_behind() {
    let store = mock::Store::new().unwrap();
    Keyring::over(store.clone(), Realm::Real)
        .probe()
        .await
        .unwrap();
    let entries = store.search(&HashMap::new()).unwrap();
    let left: Vec<bool> = entries
        .iter()
        .map(|entry| entry.get_secret().is_ok())
        .collect();
    assert_eq!(left, [false], "one entry was made and deleted");
}

#[tokio::test]
async fn the_two_realms_do_not_meet() {
    let store = mock::Store::new().unwrap();
    let real = Keyring::over(store.clone(), Realm::Real);
    let simulated = Keyring::over(store, Realm::Simulated);
    real.put(&id(), &Secret::new(vec![1])).await.unwrap();
    assert!(simulated.get(&id()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_keyring_that_answers_no_entry_to_a_write_is_locked() {
    let keyring = troubled(|| Error::NoEntry);
    assert_eq!(keyring.probe().await, Err(KeyringFault::Locked));
    let value = Secret::new(vec![1]);
    assert_eq!(keyring.put(&id(), &value).await, Err(KeyringFault::Locked));
    assert!(
        keyring.get(&id()).await.unwrap().is_none(),
        "nothing is there to read"
    );
}

#[tokio::test]
async fn every_error_of_the_library_has_its_meaning() {
    let failed = |detail: &str| KeyringFault::Failed {
        detail: detail.to_owned(),
    };
    let cases: [(fn() -> Error, KeyringFault); 7] = [
        (
            || Error::NoStorageAccess(other("prompt dismissed")),
            KeyringFault::Locked,
        ),
        (|| Error::PlatformFailure(other("no bus")), failed("no bus")),
        (
            || Error::NoDefaultStore,
            KeyringFault::Absent {
                detail: "no store of the kind on this computer".to_owned(),
            },
        ),
        (
            || Error::BadEncoding(b"MARKED-SECRET".to_vec()),
            KeyringFault::Damaged,
        ),
        (
            || Error::BadDataFormat(b"MARKED-SECRET".to_vec(), other("x")),
            KeyringFault::Damaged,
        ),
        (|| Error::Ambiguous(Vec::new()), KeyringFault::Ambiguous),
        (
            || Error::TooLong("secret".to_owned(), 2560),
            failed("Value of 'secret' is longer than the platform limit of 2560 chars"),
        ),
    ];
    for (trouble, wanted) in cases {
        let keyring = troubled(trouble);
        let told = keyring.get(&id()).await.unwrap_err();
        assert_eq!(told, wanted);
        assert_eq!(keyring.probe().await.unwrap_err(), wanted);
        assert!(!format!("{told} {told:?}").contains("MARKED"), "{told:?}");
    }
}

#[tokio::test]
async fn a_keyring_that_gives_back_something_else_is_not_believed() {
    let keyring = Keyring::over(Arc::new(Strange(Duration::ZERO)), Realm::Real);
    assert_eq!(keyring.probe().await, Err(KeyringFault::Forgetful));
}

#[tokio::test]
async fn a_keyring_that_does_not_answer_is_given_up() {
    let mut keyring = Keyring::over(Arc::new(Strange(Duration::from_secs(3))), Realm::Real);
    keyring.patience = Duration::from_millis(40);
    assert_eq!(
        keyring.probe().await,
        Err(KeyringFault::Silent { seconds: 0 })
    );
}
