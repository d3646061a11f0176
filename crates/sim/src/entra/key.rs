//! The key that tokens are signed with, and JSON Web Tokens signed with it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    self, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

/// The sign-in service's RSA key.
#[derive(Clone)]
pub(crate) struct SigningKey(Arc<Loaded>);

struct Loaded {
    pair: KeyPair,
    id: String,
}

impl Loaded {
    fn new(pair: KeyPair) -> Self {
        let hash = digest(&SHA256, pair.public_key().as_ref());
        let id = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..20]);
        Self { pair, id }
    }
}

impl SigningKey {
    /// The key of this process: made once, because making one takes its time.
    #[expect(
        clippy::expect_used,
        reason = "fails only where the machine has no randomness, and nothing can be signed then"
    )]
    fn of_process() -> Self {
        static KEY: OnceLock<SigningKey> = OnceLock::new();
        KEY.get_or_init(|| {
            let pair = KeyPair::generate(KeySize::Rsa2048).expect("an RSA key can be made");
            Self(Arc::new(Loaded::new(pair)))
        })
        .clone()
    }

    /// The key as JWKS publishes it (RFC 7517).
    pub(crate) fn jwk(&self, issuer: &str) -> Value {
        let public = self.0.pair.public_key();
        json!({
            "kty": "RSA",
            "use": "sig",
            "kid": self.0.id,
            "x5t": self.0.id,
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
            "issuer": issuer,
        })
    }

    /// Signs claims as a JWT with RS256.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = json!({"typ": "JWT", "alg": "RS256", "x5t": self.0.id, "kid": self.0.id});
        let mut token = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let mut bytes = vec![0; self.0.pair.public_modulus_len()];
        let signed = self.0.pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            token.as_bytes(),
            &mut bytes,
        );
        // A signature that could not be made leaves zeros, which nobody accepts.
        if signed.is_err() {
            tracing::error!("a token could not be signed");
        }
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(bytes, &mut token);
        token
    }

    /// The claims of a JWT that this key signed; whether they still hold is the caller's to see.
    pub(crate) fn verify(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Value = decode(header)?;
        if header["alg"] != "RS256" || header["kid"] != self.0.id.as_str() {
            return None;
        }
        let public = UnparsedPublicKey::new(
            &RSA_PKCS1_2048_8192_SHA256,
            self.0.pair.public_key().as_ref(),
        );
        public
            .verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?)
            .ok()?;
        decode(claims)
    }
}

fn decode(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

impl Default for SigningKey {
    fn default() -> Self {
        Self::of_process()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.0.id).finish()
    }
}

impl Serialize for SigningKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let der: Pkcs8V1Der<'_> = self
            .0
            .pair
            .as_der()
            .map_err(|_| serde::ser::Error::custom("the signing key can't be written"))?;
        serializer.serialize_str(&STANDARD.encode(der.as_ref()))
    }
}

impl<'de> Deserialize<'de> for SigningKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let pair = STANDARD
            .decode(text)
            .ok()
            .and_then(|der| KeyPair::from_pkcs8(&der).ok())
            .ok_or_else(|| serde::de::Error::custom("the signing key can't be read"))?;
        Ok(Self(Arc::new(Loaded::new(pair))))
    }
}

/// Verifies a signature with the public key of a certificate, given as `RSAPublicKey` DER.
pub(crate) fn verify_with(
    algorithm: &'static dyn signature::VerificationAlgorithm,
    public_key: &[u8],
    message: &[u8],
    signed: &[u8],
) -> bool {
    UnparsedPublicKey::new(algorithm, public_key)
        .verify(message, signed)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_verified_by_its_own_key_alone() {
        let key = SigningKey::default();
        let token = key.sign(&json!({"tid": "t"}));
        assert_eq!(key.verify(&token), Some(json!({"tid": "t"})));
        let other = SigningKey(Arc::new(Loaded::new(
            KeyPair::generate(KeySize::Rsa2048).unwrap(),
        )));
        assert_eq!(other.verify(&token), None);
    }

    #[test]
    fn a_changed_token_is_refused() {
        let key = SigningKey::default();
        let token = key.sign(&json!({"roles": ["Tasks.Read.All"]}));
        let (head, tail) = token.split_once('.').unwrap();
        let (_, signature) = tail.split_once('.').unwrap();
        let claims = URL_SAFE_NO_PAD.encode(json!({"roles": ["Mail.Send"]}).to_string());
        assert_eq!(key.verify(&format!("{head}.{claims}.{signature}")), None);
        let none = URL_SAFE_NO_PAD.encode(json!({"alg": "none"}).to_string());
        assert_eq!(key.verify(&format!("{none}.{claims}.")), None);
        assert_eq!(key.verify("x"), None);
    }

    #[test]
    fn a_key_that_was_kept_verifies_what_it_signed() {
        let key = SigningKey::default();
        let kept = serde_json::to_string(&key).unwrap();
        let found: SigningKey = serde_json::from_str(&kept).unwrap();
        assert_eq!(found.verify(&key.sign(&json!(1))), Some(json!(1)));
    }
}
