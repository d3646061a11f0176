use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fairlead_domain::Secret;
use p12_keystore::{
    Certificate as PfxCertificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm,
    PrivateKey as PfxKey, PrivateKeyChain,
};
use zeroize::Zeroizing;

use super::error::CertificateError;
use super::read::fits_pfx;
use super::{Certificate, CertificateWithKey, PrivateKey};

/// What a PFX is encrypted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PfxEncryption {
    /// AES-256-CBC with a key by PBKDF2-HMAC-SHA256, MAC with SHA-256: Windows from 10 1709 and
    /// Server 2019 on, OpenSSL 1.1 and later, Java 8u301 and later.
    #[default]
    Modern,
    /// 3DES and SHA-1, for what can't read the other: Windows Server 2016, Azure App Service.
    Compatible,
}

impl PfxEncryption {
    /// Algorithms, and how often each derivation runs. .NET 9 reads files with up to a million
    /// iterations in all and 300,000 in one place; a modern file uses 300,000 in all.
    const fn parameters(self) -> (EncryptionAlgorithm, MacAlgorithm, u32) {
        match self {
            Self::Modern => (
                EncryptionAlgorithm::PbeWithHmacSha256AndAes256,
                MacAlgorithm::HmacSha256,
                100_000,
            ),
            Self::Compatible => (
                EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc,
                MacAlgorithm::HmacSha1,
                10_000,
            ),
        }
    }
}

impl Certificate {
    /// The certificate alone as PEM (RFC 7468).
    pub fn pem(&self) -> String {
        let armoured = armour("CERTIFICATE", self.der());
        armoured.as_str().to_owned()
    }
}

impl PrivateKey {
    /// The key as PKCS#8 in PEM, not encrypted.
    pub fn pem(&self) -> Secret<String> {
        Secret::new(std::mem::take(&mut *armour(
            "PRIVATE KEY",
            self.pkcs8().expose(),
        )))
    }
}

impl CertificateWithKey {
    /// Certificate and key as PKCS#12 under a password.
    ///
    /// The key's entry bears `friendly_name` and the thumbprint as its local key id; the
    /// certificate's entry bears the same id and its subject.
    pub fn pfx(
        &self,
        friendly_name: &str,
        password: &Secret<String>,
        encryption: PfxEncryption,
    ) -> Result<Secret<Vec<u8>>, CertificateError> {
        let password = password.expose();
        if password.is_empty() {
            return Err(CertificateError::PasswordEmpty);
        }
        if !fits_pfx(password) {
            return Err(CertificateError::PasswordCharacter);
        }
        let certificate = PfxCertificate::from_der(self.certificate().der())
            .map_err(|_| CertificateError::NotWritten)?;
        let key = PfxKey::from_der(self.key().pkcs8().expose())
            .map_err(|_| CertificateError::NotWritten)?;
        let chain = PrivateKeyChain::new(self.certificate().sha1().as_slice(), key, [certificate]);

        let mut store = KeyStore::new();
        // Friendly names too are of 16-bit characters.
        let alias = friendly_name.replace(|c| u32::from(c) > 0xffff, "\u{fffd}");
        store.add_entry(&alias, KeyStoreEntry::PrivateKeyChain(chain));

        let (algorithm, mac, iterations) = encryption.parameters();
        store
            .writer(password)
            .encryption_algorithm(algorithm)
            .encryption_iterations(iterations)
            .mac_algorithm(mac)
            .mac_iterations(iterations)
            .write()
            .map(Secret::new)
            .map_err(|_| CertificateError::NotWritten)
    }
}

fn armour(label: &str, der: &[u8]) -> Zeroizing<String> {
    let digits = Zeroizing::new(STANDARD.encode(der));
    // Room for everything from the start: a string that grows leaves copies behind.
    let mut pem = Zeroizing::new(String::with_capacity(digits.len() * 65 / 64 + 128));
    for part in ["-----BEGIN ", label, "-----\n"] {
        pem.push_str(part);
    }
    let mut rest = digits.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    for part in ["-----END ", label, "-----\n"] {
        pem.push_str(part);
    }
    pem
}
