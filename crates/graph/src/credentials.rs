//! Certificates and secrets of an app registration.
//!
//! <https://learn.microsoft.com/graph/api/resources/keycredential>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fairlead_domain::Secret;
use fairlead_domain::certificate::Thumbprint;
use fairlead_domain::ids::{KeyId, ObjectId};
use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::Graph;
use crate::error::{GraphError, Refusal};

/// A certificate on an app. Whole as Graph gave it, so that it can be sent back unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyCredential {
    /// Its id on the app.
    pub key_id: Option<KeyId>,
    /// Its name.
    pub display_name: Option<String>,
    /// Usually the thumbprint, base64.
    pub custom_key_identifier: Option<String>,
    /// Honoured from.
    pub start_date_time: Option<Timestamp>,
    /// Honoured until.
    pub end_date_time: Option<Timestamp>,
    /// The certificate, base64; only where it was asked for on a single app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// `AsymmetricX509Cert`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// `Verify`.
    pub usage: Option<String>,
}

impl KeyCredential {
    /// Whether it is the certificate with this DER and thumbprint.
    pub fn is(&self, der: &[u8], thumbprint: &Thumbprint) -> bool {
        let decoded =
            |text: &Option<String>| text.as_deref().and_then(|text| STANDARD.decode(text).ok());
        if let Some(key) = decoded(&self.key) {
            return key == der;
        }
        self.thumbprint().as_ref() == Some(thumbprint)
    }

    /// The thumbprint that its custom identifier holds: 20 bytes, or their hex text.
    pub fn thumbprint(&self) -> Option<Thumbprint> {
        let text = self.custom_key_identifier.as_deref()?;
        if let Ok(thumbprint) = text.parse() {
            return Some(thumbprint);
        }
        let bytes = STANDARD.decode(text).ok()?;
        match <[u8; 20]>::try_from(bytes.as_slice()) {
            Ok(digest) => Some(Thumbprint::from_sha1(digest)),
            Err(_) => std::str::from_utf8(&bytes).ok()?.parse().ok(),
        }
    }
}

/// A secret on an app, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordCredential {
    /// Its id on the app.
    pub key_id: Option<KeyId>,
    /// Its name.
    pub display_name: Option<String>,
    /// Its first characters.
    pub hint: Option<String>,
    /// Honoured until.
    pub end_date_time: Option<Timestamp>,
}

/// A secret that was just made: its text is shown this once.
#[derive(Debug, Clone)]
pub struct AddedPassword {
    /// Its id on the app.
    pub key_id: KeyId,
    /// Its text.
    pub text: Secret<String>,
    /// Its first characters.
    pub hint: Option<String>,
    /// Honoured until.
    pub end: Option<Timestamp>,
}

/// A certificate to put on an app.
#[derive(Debug, Clone)]
pub struct NewKey<'a> {
    /// The certificate's DER: the public part only.
    pub der: &'a [u8],
    /// Its thumbprint.
    pub thumbprint: &'a Thumbprint,
    /// Its name, 90 characters at most.
    pub display_name: &'a str,
    /// Honoured from; inside the certificate's own validity.
    pub start: Timestamp,
    /// Honoured until; inside the certificate's own validity.
    pub end: Timestamp,
}

impl NewKey<'_> {
    fn body(&self) -> Value {
        let name: String = self.display_name.chars().take(90).collect();
        json!({
            "type": "AsymmetricX509Cert",
            "usage": "Verify",
            "key": STANDARD.encode(self.der),
            "displayName": name,
            "startDateTime": self.start.to_string(),
            "endDateTime": self.end.to_string(),
        })
    }
}

impl Graph {
    /// The certificates of an app, with their keys. `Application.Read.All`.
    pub async fn key_credentials(&self, id: ObjectId) -> Result<Vec<KeyCredential>, GraphError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Keys {
            #[serde(default)]
            key_credentials: Vec<KeyCredential>,
        }
        let keys: Keys = self
            .fetch(&self.read(&format!("/applications/{id}?$select=id,keyCredentials")))
            .await?;
        Ok(keys.key_credentials)
    }

    /// Puts a certificate on an app beside the others; `false` where it was there already.
    /// `Application.ReadWrite.All`. The collection is replaced as a whole by Graph, so what is there is
    /// read first and sent back.
    pub async fn add_key(&self, id: ObjectId, new: &NewKey<'_>) -> Result<bool, GraphError> {
        let present = self.key_credentials(id).await?;
        if present.iter().any(|key| key.is(new.der, new.thumbprint)) {
            return Ok(false);
        }
        let mut keys: Vec<Value> = present.iter().map(|key| json!(key)).collect();
        keys.push(new.body());
        self.update_application(id, &json!({ "keyCredentials": keys }))
            .await?;
        Ok(true)
    }

    /// Takes certificates off an app by their ids and leaves the others. `Application.ReadWrite.All`.
    pub async fn remove_keys(&self, id: ObjectId, remove: &[KeyId]) -> Result<(), GraphError> {
        let present = self.key_credentials(id).await?;
        let (gone, kept): (Vec<_>, Vec<_>) = present
            .into_iter()
            .partition(|key| key.key_id.is_some_and(|key| remove.contains(&key)));
        if gone.is_empty() {
            return Ok(());
        }
        self.update_application(id, &json!({ "keyCredentials": kept }))
            .await
    }

    /// Takes a certificate off an app, also one that reads do not show yet: the others are what is
    /// written. `Application.ReadWrite.All`.
    pub async fn remove_key(
        &self,
        id: ObjectId,
        der: &[u8],
        thumbprint: &Thumbprint,
    ) -> Result<(), GraphError> {
        let mut kept = self.key_credentials(id).await?;
        kept.retain(|key| !key.is(der, thumbprint));
        self.update_application(id, &json!({ "keyCredentials": kept }))
            .await
    }

    /// Puts a certificate on the caller's own app, proved with a key that is on it already. Needs no
    /// permission. <https://learn.microsoft.com/graph/api/application-addkey>
    pub async fn roll_key_in(
        &self,
        id: ObjectId,
        new: &NewKey<'_>,
        proof: &Secret<String>,
    ) -> Result<KeyCredential, GraphError> {
        let body = json!({
            "keyCredential": new.body(),
            "passwordCredential": null,
            "proof": proof.expose(),
        });
        let request = self
            .request(Method::POST, &format!("/applications/{id}/addKey"))
            .json(&body);
        self.fetch(&request).await
    }

    /// Takes a certificate off the caller's own app, proved with another key on it.
    /// <https://learn.microsoft.com/graph/api/application-removekey>
    pub async fn roll_key_out(
        &self,
        id: ObjectId,
        key: KeyId,
        proof: &Secret<String>,
    ) -> Result<(), GraphError> {
        let body = json!({"keyId": key, "proof": proof.expose()});
        let request = self
            .request(Method::POST, &format!("/applications/{id}/removeKey"))
            .json(&body)
            .repeatable();
        match self.send(&request).await {
            Err(error) if is_gone(&error) => Ok(()),
            other => other.map(drop),
        }
    }

    /// Makes a secret for an app. Many tenants forbid it (`Credential type not allowed as per assigned
    /// policy`). `Application.ReadWrite.All`.
    pub async fn add_password(
        &self,
        id: ObjectId,
        display_name: &str,
        end: Timestamp,
    ) -> Result<AddedPassword, GraphError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Added {
            key_id: KeyId,
            secret_text: String,
            hint: Option<String>,
            end_date_time: Option<Timestamp>,
        }
        let body = json!({"passwordCredential": {"displayName": display_name, "endDateTime": end.to_string()}});
        let request = self
            .request(Method::POST, &format!("/applications/{id}/addPassword"))
            .json(&body);
        let added: Added = self.fetch(&request).await?;
        Ok(AddedPassword {
            key_id: added.key_id,
            text: Secret::new(added.secret_text),
            hint: added.hint,
            end: added.end_date_time,
        })
    }

    /// Takes a secret off an app. `Application.ReadWrite.All`.
    pub async fn remove_password(&self, id: ObjectId, key: KeyId) -> Result<(), GraphError> {
        let request = self
            .request(Method::POST, &format!("/applications/{id}/removePassword"))
            .json(&json!({ "keyId": key }))
            .repeatable();
        match self.send(&request).await {
            Err(error) if is_gone(&error) => Ok(()),
            other => other.map(drop),
        }
    }
}

/// What was to be taken away is not there: so it says too when a removal whose answer was lost is
/// repeated.
fn is_gone(error: &GraphError) -> bool {
    let gone = |refusal: &Refusal| refusal.message.contains("credential found with keyId");
    error.is_not_found() || error.refusal().is_some_and(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_bytes_or_else_by_its_thumbprint() {
        let thumbprint = Thumbprint::from_sha1([7; 20]);
        let mut key: KeyCredential = serde_json::from_value(json!({
            "keyId": null, "displayName": null, "customKeyIdentifier": STANDARD.encode([7_u8; 20]),
            "startDateTime": null, "endDateTime": null, "key": null, "type": null, "usage": null
        }))
        .unwrap();
        assert!(key.is(b"der", &thumbprint));
        key.key = Some(STANDARD.encode(b"other"));
        assert!(
            !key.is(b"der", &thumbprint),
            "the bytes count more than a custom identifier"
        );
        key.key = Some(STANDARD.encode(b"der"));
        assert!(key.is(b"der", &Thumbprint::from_sha1([1; 20])));
    }
}
