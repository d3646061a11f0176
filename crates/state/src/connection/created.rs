use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Connection;

/// A kind of object in the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreatedKind {
    /// An app registration.
    Application,
    /// An enterprise application (service principal).
    ServicePrincipal,
    /// An application permission granted (`appRoleAssignment`).
    AppRoleAssignment,
    /// Delegated permissions granted (`oauth2PermissionGrant`).
    PermissionGrant,
    /// A certificate on an app (`keyCredential`).
    Key,
    /// A client secret on an app (`passwordCredential`).
    Password,
    /// What was granted to the bootstrap client for the set-up.
    BootstrapGrant,
}

/// Something that is about to be created and, after a kill, may exist or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Of which kind.
    pub kind: CreatedKind,
    /// By what it is found if it exists: unique name, thumbprint, display name, permission.
    pub key: String,
    /// What it is, for people.
    pub what: String,
    /// When it was decided.
    pub at: Timestamp,
}

/// Something that was created in the tenant and can be removed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedObject {
    /// Of which kind.
    pub kind: CreatedKind,
    /// Its id there.
    pub id: String,
    /// The id of the object it hangs on: a key's app, an assignment's principal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Where the object was there before, what was added to it (the scopes of a grant): only that
    /// is taken away again. Where this is empty the whole object is Fairlead's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    /// What it is, for people.
    pub what: String,
    /// When it was recorded.
    pub at: Timestamp,
}

impl Connection {
    /// Writes down what is about to be created. The same intent again changes nothing.
    pub fn intend(&mut self, intent: Intent) {
        if self.intent(intent.kind, &intent.key).is_none() {
            self.intents.push(intent);
        }
    }

    /// The intent of that kind and key.
    pub fn intent(&self, kind: CreatedKind, key: &str) -> Option<&Intent> {
        self.intents
            .iter()
            .find(|intent| intent.kind == kind && intent.key == key)
    }

    /// Gives up an intent: what it was about does not exist and is not wanted any more.
    pub fn abandon(&mut self, kind: CreatedKind, key: &str) {
        self.intents
            .retain(|intent| intent.kind != kind || intent.key != key);
    }

    /// Records what was created for an intent, which is fulfilled by it. What was recorded before
    /// under the same kind and id is replaced, keeping everything that was ever added to it.
    pub fn record(&mut self, key: &str, object: CreatedObject) {
        self.abandon(object.kind, key);
        let known = self
            .created
            .iter_mut()
            .find(|known| known.kind == object.kind && known.id == object.id);
        let Some(known) = known else {
            self.created.push(object);
            return;
        };
        // A whole object stays whole when more is added to it.
        if !known.added.is_empty() {
            for more in object.added {
                if !known.added.contains(&more) {
                    known.added.push(more);
                }
            }
        }
        known.parent = object.parent.or_else(|| known.parent.take());
        known.what = object.what;
    }

    /// Forgets what was removed from the tenant. Whether it was known.
    pub fn forget(&mut self, kind: CreatedKind, id: &str) -> bool {
        let before = self.created.len();
        self.created
            .retain(|known| known.kind != kind || known.id != id);
        self.created.len() < before
    }

    /// What was created, the newest first: the order in which it is undone.
    pub fn to_undo(&self) -> impl Iterator<Item = &CreatedObject> {
        self.created.iter().rev()
    }
}
