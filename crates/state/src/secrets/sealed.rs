//! The encryption of age, with the two keys that Fairlead uses: a key file's and a passphrase's.
//!
//! <https://c2sp.org/age>

use std::io::{self, Read};
use std::iter;

use age::armor::ArmoredReader;
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, scrypt, x25519};
use fairlead_domain::Secret;
use zeroize::Zeroizing;

use crate::error::StoreDamage;

/// Fixed both ways: age's own default is measured on the machine, and a fast build then refuses
/// what a slow one made, and the other way round.
const WORK_FACTOR: u8 = 15;
const WORK_FACTOR_LIMIT: u8 = 16;

/// What opens and closes a sealed text.
pub(crate) enum Opener {
    Key(Box<x25519::Identity>),
    Passphrase(Secret<String>),
}

/// By what kind of opener a text was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SealKind {
    Key,
    Passphrase,
}

/// Why a sealed text was not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SealFault {
    Damaged(StoreDamage),
    OtherKind(SealKind),
    WrongOpener,
}

/// Whether a text begins as a sealed one does.
pub(crate) fn is_sealed(text: &[u8]) -> bool {
    text.starts_with(b"age-encryption.org/")
        || text.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
}

/// By what kind of opener a text was sealed.
pub(crate) fn kind_of(text: &[u8]) -> Result<SealKind, StoreDamage> {
    Ok(if begin(text)?.is_scrypt() {
        SealKind::Passphrase
    } else {
        SealKind::Key
    })
}

/// Opens a sealed text, with armor or without.
pub(crate) fn open(text: &[u8], opener: &Opener) -> Result<Zeroizing<Vec<u8>>, SealFault> {
    let decryptor = begin(text).map_err(SealFault::Damaged)?;
    let key: Box<dyn age::Identity> = match (opener, decryptor.is_scrypt()) {
        (Opener::Key(key), false) => key.clone(),
        (Opener::Passphrase(passphrase), true) => {
            let mut identity = scrypt::Identity::new(secret_text(passphrase));
            identity.set_max_work_factor(WORK_FACTOR_LIMIT);
            Box::new(identity)
        }
        (Opener::Key(_), true) => return Err(SealFault::OtherKind(SealKind::Passphrase)),
        (Opener::Passphrase(_), false) => return Err(SealFault::OtherKind(SealKind::Key)),
    };
    let mut reader = decryptor
        .decrypt(iter::once(&*key))
        .map_err(|cause| match cause {
            DecryptError::NoMatchingKeys
            | DecryptError::DecryptionFailed
            | DecryptError::KeyDecryptionFailed => SealFault::WrongOpener,
            DecryptError::ExcessiveWork { required, .. } => SealFault::Damaged(StoreDamage::Work {
                factor: required,
                limit: WORK_FACTOR_LIMIT,
            }),
            _ => SealFault::Damaged(StoreDamage::Header),
        })?;
    // What is opened is shorter than what was sealed: the buffer never grows and leaves no copy.
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len() + 1));
    reader
        .read_to_end(&mut plain)
        .map_err(|_| SealFault::Damaged(StoreDamage::Contents))?;
    Ok(plain)
}

/// Seals a text as bytes.
pub(crate) fn seal(plain: &[u8], opener: &Opener) -> io::Result<Vec<u8>> {
    match opener {
        Opener::Key(key) => age::encrypt(&key.to_public(), plain),
        Opener::Passphrase(passphrase) => age::encrypt(&recipient(passphrase), plain),
    }
    .map_err(|cause| io::Error::other(cause.to_string()))
}

/// Seals a text under a passphrase, as lines that survive a mail.
pub(crate) fn seal_as_text(plain: &[u8], passphrase: &Secret<String>) -> io::Result<String> {
    age::encrypt_and_armor(&recipient(passphrase), plain)
        .map_err(|cause| io::Error::other(cause.to_string()))
}

fn begin(text: &[u8]) -> Result<Decryptor<ArmoredReader<io::BufReader<&[u8]>>>, StoreDamage> {
    if !is_sealed(text) {
        return Err(StoreDamage::NotEncrypted);
    }
    Decryptor::new_buffered(ArmoredReader::new(text)).map_err(|_| StoreDamage::Header)
}

fn recipient(passphrase: &Secret<String>) -> scrypt::Recipient {
    let mut recipient = scrypt::Recipient::new(secret_text(passphrase));
    recipient.set_work_factor(WORK_FACTOR);
    recipient
}

fn secret_text(passphrase: &Secret<String>) -> SecretString {
    SecretString::from(passphrase.expose().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Opener {
        Opener::Key(Box::new(x25519::Identity::generate()))
    }

    fn passphrase(text: &str) -> Opener {
        Opener::Passphrase(Secret::from(text))
    }

    #[test]
    fn each_opener_opens_what_it_sealed_and_nothing_else() {
        let (key, phrase) = (key(), passphrase("correct horse"));
        let by_key = seal(b"text", &key).unwrap();
        let by_phrase = seal(b"text", &phrase).unwrap();
        assert_eq!(&**open(&by_key, &key).unwrap(), b"text");
        assert_eq!(&**open(&by_phrase, &phrase).unwrap(), b"text");
        assert_eq!(kind_of(&by_key), Ok(SealKind::Key));
        assert_eq!(kind_of(&by_phrase), Ok(SealKind::Passphrase));
        let other = Opener::Key(Box::new(x25519::Identity::generate()));
        assert_eq!(open(&by_key, &other), Err(SealFault::WrongOpener));
        assert_eq!(
            open(&by_phrase, &passphrase("wrong")),
            Err(SealFault::WrongOpener)
        );
        assert_eq!(
            open(&by_key, &phrase),
            Err(SealFault::OtherKind(SealKind::Key))
        );
        assert_eq!(
            open(&by_phrase, &key),
            Err(SealFault::OtherKind(SealKind::Passphrase))
        );
    }

    #[test]
    fn a_passphrase_is_sealed_with_the_fixed_work_factor() {
        let sealed = seal(b"text", &passphrase("correct horse")).unwrap();
        let header = String::from_utf8_lossy(&sealed[..120]).into_owned();
        let stanza = header.lines().nth(1).unwrap();
        assert!(
            stanza.starts_with("-> scrypt ") && stanza.ends_with(" 15"),
            "{stanza}"
        );
    }

    #[test]
    fn a_text_that_wants_much_work_is_refused_before_any_is_done() {
        let mut recipient = scrypt::Recipient::new(SecretString::from("x"));
        recipient.set_work_factor(17);
        let sealed = age::encrypt(&recipient, b"text").unwrap();
        assert_eq!(
            open(&sealed, &passphrase("x")),
            Err(SealFault::Damaged(StoreDamage::Work {
                factor: 17,
                limit: 16
            }))
        );
    }

    #[test]
    fn no_byte_can_be_changed_or_cut_off_unnoticed() {
        let key = key();
        let sealed = seal(b"a text of some length", &key).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&changed, &key).is_err(), "byte {at} was changed");
            assert!(open(&sealed[..at], &key).is_err(), "cut at {at}");
        }
        assert_eq!(
            open(&sealed[..sealed.len() - 1], &key),
            Err(SealFault::Damaged(StoreDamage::Contents))
        );
    }
}
