use std::path::Path;

use fairlead_connect::ConnectError;
use fairlead_state::connection::CloudChoice;
use fairlead_state::secrets::{Moved, choose, keeps_none, new_key};
use fairlead_state::{Chosen, Realm, StoreKind, StoreRequest};

use crate::open::App;

impl App {
    /// Where the secrets are kept, and why there; one line for each realm that is looked at.
    pub async fn where_secrets_are(&self) -> Result<Vec<(Realm, String, Chosen)>, ConnectError> {
        let mut all = Vec::new();
        for realm in self.realms() {
            let store = self.store(realm).await?;
            let (secrets, chosen) = choose(&store, self.store_request().clone()).await?;
            all.push((realm, secrets.where_(), chosen));
        }
        Ok(all)
    }

    /// Where the first secret of a cloud's realm is about to be kept, and why there; nothing where one
    /// was kept before, or where the command line says which store it is.
    pub async fn first_keeping(
        &self,
        cloud: &CloudChoice,
    ) -> Result<Option<(String, Chosen)>, ConnectError> {
        let request = self.store_request();
        let said = request.kind.is_some()
            || request.key_file.is_some()
            || request.passphrase_file.is_some();
        if said {
            return Ok(None);
        }
        let store = self.store(cloud.realm()).await?;
        if !keeps_none(&store).await? {
            return Ok(None);
        }
        let (secrets, chosen) = choose(&store, request.clone()).await?;
        Ok(Some((secrets.where_(), chosen)))
    }

    /// Moves every secret from the store in use to another one.
    /// Where no store is named it is the other one: out of the keyring into the file, and back.
    pub async fn move_secrets(
        &self,
        to: StoreRequest,
    ) -> Result<Vec<(Realm, String, Moved)>, ConnectError> {
        let mut all = Vec::new();
        for realm in self.realms() {
            let store = self.store(realm).await?;
            let (from, chosen) = choose(&store, self.store_request().clone()).await?;
            let keyed = to.key_file.is_some() || to.passphrase_file.is_some();
            let other = || {
                if keyed {
                    StoreKind::File
                } else {
                    chosen.which.other()
                }
            };
            let to = StoreRequest {
                kind: Some(to.kind.unwrap_or_else(other)),
                ..to.clone()
            };
            let (to, _) = choose(&store, to).await?;
            all.push((realm, to.where_(), from.move_all(&to).await?));
        }
        Ok(all)
    }

    /// Makes a key file for the encrypted secret store.
    pub fn new_secrets_key(path: &Path) -> Result<(), ConnectError> {
        Ok(new_key(path)?)
    }
}
