//! What a configuration folder holds, read without the program that wrote it.

use std::path::Path;

use fairlead_state::secrets::choose;
use fairlead_state::{
    CertificateState, Connection, Realm, Store, StoreKind, StoreRequest, StoredCertificate,
};

/// Everything that is remembered.
#[derive(Debug)]
pub(super) struct Local {
    pub(super) connections: Vec<Connection>,
    pub(super) certificates: Vec<StoredCertificate>,
    /// The ids of the secrets that are there.
    pub(super) secrets: Vec<String>,
}

impl Local {
    pub(super) fn of(folder: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("there is a thread");
        runtime.block_on(async {
            let store = Store::open(folder, Realm::Simulated)
                .await
                .expect("the database opens");
            let request = StoreRequest {
                kind: Some(StoreKind::File),
                ..StoreRequest::default()
            };
            let (secrets, _) = choose(&store, request)
                .await
                .expect("the secret store opens");
            let ids = secrets.ids().await.expect("the secrets can be listed");
            Self {
                connections: store.connections().list().await.expect("they can be read"),
                certificates: store.certificates().list().await.expect("they can be read"),
                secrets: ids.iter().map(ToString::to_string).collect(),
            }
        })
    }

    /// The certificates that were not retired.
    pub(super) fn live(&self) -> Vec<&StoredCertificate> {
        self.certificates
            .iter()
            .filter(|certificate| certificate.state != CertificateState::Retired)
            .collect()
    }

    /// The thumbprint of a certificate.
    pub(super) fn thumbprint(certificate: &StoredCertificate) -> String {
        let facts = certificate.facts.as_ref();
        facts.map_or_else(String::new, |facts| facts.thumbprint.to_string())
    }

    /// Nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        self.connections.is_empty() && self.certificates.is_empty() && self.secrets.is_empty()
    }
}
