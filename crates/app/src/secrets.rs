use std::path::Path;

use fairlead_connect::ConnectError;
use fairlead_state::secrets::{Moved, choose, new_key};
use fairlead_state::{Chosen, Realm, StoreRequest};

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

    /// Moves every secret from the store in use to another one.
    pub async fn move_secrets(
        &self,
        to: StoreRequest,
    ) -> Result<Vec<(Realm, Moved)>, ConnectError> {
        let mut all = Vec::new();
        for realm in self.realms() {
            let store = self.store(realm).await?;
            let (from, _) = choose(&store, self.store_request().clone()).await?;
            let (to, _) = choose(&store, to.clone()).await?;
            all.push((realm, from.move_all(&to).await?));
        }
        Ok(all)
    }

    /// Makes a key file for the encrypted secret store.
    pub fn new_secrets_key(path: &Path) -> Result<(), ConnectError> {
        Ok(new_key(path)?)
    }
}
