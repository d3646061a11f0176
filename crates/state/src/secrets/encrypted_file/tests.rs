use std::path::PathBuf;

use fairlead_domain::problem::ProblemCode;

use super::super::key::new_key;
use super::*;

fn secret(text: &str) -> Secret<Vec<u8>> {
    Secret::new(text.as_bytes().to_vec())
}

fn passphrase(text: &str) -> Key {
    Key::Passphrase(Secret::from(text))
}

struct Place {
    _folder: tempfile::TempDir,
    file: PathBuf,
    key: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            file: folder.path().join("secrets.age"),
            key: folder.path().join("secrets.key"),
            _folder: folder,
        }
    }

    fn open(&self, key: Key) -> EncryptedFile {
        EncryptedFile::new(self.file.clone(), key)
    }

    fn beside(&self) -> EncryptedFile {
        self.open(Key::Beside(self.key.clone()))
    }
}

fn refusal<T>(result: Result<T, StateError>) -> (ProblemCode, String) {
    let error = result.map(|_| "it was done").unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn a_key_beside_the_file_is_made_when_it_is_first_needed() {
    let place = Place::new();
    let file = place.beside();
    assert!(file.get("client-secret/a").unwrap().is_none());
    assert!(!file.delete("client-secret/a").unwrap());
    assert!(
        !place.key.exists() && !place.file.exists(),
        "looking makes nothing"
    );
    file.put("client-secret/a", &secret("hush")).unwrap();
    assert_eq!(
        place
            .beside()
            .get("client-secret/a")
            .unwrap()
            .unwrap()
            .expose(),
        b"hush"
    );
    #[cfg(unix)]
    for path in [&place.key, &place.file] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(path).unwrap().permissions().mode() & 0o7777,
            0o600
        );
    }
}

#[test]
fn a_lost_key_is_never_replaced_by_a_new_one() {
    let place = Place::new();
    place
        .beside()
        .put("client-secret/a", &secret("hush"))
        .unwrap();
    fs::remove_file(&place.key).unwrap();
    for result in [
        place.beside().check(),
        place.beside().put("client-secret/b", &secret("x")),
    ] {
        let (code, text) = refusal(result);
        assert_eq!(code, ProblemCode::StoreKeyMissing);
        assert!(text.ends_with("is not there"), "{text}");
    }
    assert!(!place.key.exists(), "no key was made in its place");
}

#[test]
fn what_does_not_fit_is_told_apart() {
    let place = Place::new();
    place
        .open(passphrase("correct horse"))
        .put("client-secret/a", &secret("hush"))
        .unwrap();
    assert_eq!(
        refusal(place.open(passphrase("wrong")).check()).0,
        ProblemCode::StorePassphrase
    );
    let (code, text) = refusal(place.beside().check());
    assert_eq!(code, ProblemCode::StoreKeyMissing);
    assert!(text.contains("made with a passphrase"), "{text}");

    let place = Place::new();
    place
        .beside()
        .put("client-secret/a", &secret("hush"))
        .unwrap();
    let (code, text) = refusal(place.open(passphrase("correct horse")).check());
    assert_eq!(code, ProblemCode::StorePassphrase);
    assert!(text.contains("made with a key file"), "{text}");
    let other = place.key.with_file_name("other.key");
    new_key(&other).unwrap();
    let (code, text) = refusal(place.open(Key::File(other)).check());
    assert_eq!(code, ProblemCode::StoreKeyMissing);
    assert!(text.ends_with("is not the one it was made with"), "{text}");
}

#[test]
fn a_damaged_file_is_refused_and_left_as_it_is() {
    let place = Place::new();
    place
        .beside()
        .put("client-secret/a", &secret("hush"))
        .unwrap();
    let whole = fs::read(&place.file).unwrap();
    let cut = whole[..whole.len() - 3].to_vec();
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    for (damaged, wanted) in [
        (cut, "its contents were changed or cut off"),
        (changed, "its contents were changed or cut off"),
        (Vec::new(), "it is not an encrypted file"),
        (b"SQLite format 3".to_vec(), "it is not an encrypted file"),
        (
            b"age-encryption.org/v1\n-> ".to_vec(),
            "its header was changed",
        ),
    ] {
        fs::write(&place.file, &damaged).unwrap();
        let (code, text) = refusal(place.beside().put("client-secret/b", &secret("x")));
        assert_eq!(code, ProblemCode::StoreDamaged);
        assert!(text.ends_with(wanted), "{text}");
        assert_eq!(fs::read(&place.file).unwrap(), damaged);
    }
}

#[test]
fn every_changed_byte_is_noticed() {
    let place = Place::new();
    place
        .beside()
        .put("client-secret/a", &secret("hush"))
        .unwrap();
    let whole = fs::read(&place.file).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x20;
        fs::write(&place.file, &changed).unwrap();
        let (code, text) = refusal(place.beside().check());
        assert!(
            matches!(
                code,
                ProblemCode::StoreDamaged | ProblemCode::StoreKeyMissing
            ),
            "byte {at}: {text}"
        );
    }
    fs::write(&place.file, whole).unwrap();
    place.beside().check().unwrap();
}

#[test]
fn what_another_process_wrote_is_seen() {
    let place = Place::new();
    let (ours, theirs) = (place.beside(), place.beside());
    ours.put("client-secret/a", &secret("one")).unwrap();
    assert_eq!(
        theirs.get("client-secret/a").unwrap().unwrap().expose(),
        b"one"
    );
    theirs.put("client-secret/a", &secret("two")).unwrap();
    theirs.put("client-secret/b", &secret("three")).unwrap();
    assert_eq!(
        ours.get("client-secret/a").unwrap().unwrap().expose(),
        b"two"
    );
    assert!(ours.delete("client-secret/a").unwrap());
    assert!(!theirs.delete("client-secret/a").unwrap());
    assert_eq!(theirs.ids().unwrap(), ["client-secret/b"]);
    fs::remove_file(&place.file).unwrap();
    assert_eq!(ours.ids().unwrap(), [""; 0]);
}

#[test]
fn a_newer_list_is_not_rewritten() {
    let place = Place::new();
    new_key(&place.key).unwrap();
    let opener = Key::File(place.key.clone())
        .opener(&place.file, false)
        .unwrap();
    let newer = sealed::seal(br#"{"schema":2,"vaults":[]}"#, &opener).unwrap();
    fs::write(&place.file, &newer).unwrap();
    let (code, _) = refusal(place.beside().put("client-secret/a", &secret("x")));
    assert_eq!(code, ProblemCode::StateNewer);
    assert_eq!(fs::read(&place.file).unwrap(), newer);
}

#[test]
fn a_new_key_takes_the_place_of_the_old() {
    let place = Place::new();
    let old = place.beside();
    old.put("client-secret/a", &secret("hush")).unwrap();
    old.rekey(&passphrase("correct horse")).unwrap();
    assert_eq!(
        refusal(place.beside().check()).0,
        ProblemCode::StoreKeyMissing
    );
    let new = place.open(passphrase("correct horse"));
    assert_eq!(
        new.get("client-secret/a").unwrap().unwrap().expose(),
        b"hush"
    );
}

#[test]
fn debug_shows_neither_secrets_nor_the_passphrase() {
    let place = Place::new();
    let file = place.open(passphrase("correct horse"));
    file.put("client-secret/a", &secret("hush")).unwrap();
    assert_eq!(
        format!("{file:?}"),
        format!(
            "EncryptedFile({}, opened by a passphrase)",
            place.file.display()
        )
    );
}
