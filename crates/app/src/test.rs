use fairlead_connect::administrator::inspector;
use fairlead_connect::certificates::TestKey;
use fairlead_connect::tester::{TestRequest, Tested, is_known, test};
use fairlead_connect::{Attendant, ConnectError};
use fairlead_domain::check::CheckResult;
use fairlead_domain::ids::{CheckId, ConnectionName};
use fairlead_domain::problem::ProblemCode;

use crate::SignInOptions;
use crate::connections::Located;
use crate::open::App;

/// Who looks at what the app has no right to see.
#[derive(Debug, Clone)]
pub struct InspectorAsk {
    /// How the administrator signs in.
    pub sign_in: SignInOptions,
}

/// What is to be tested.
#[derive(Debug, Clone, Default)]
pub struct TestAsk {
    /// Only these checks; all where it is empty.
    pub only: Vec<CheckId>,
    /// The inspector, if there is to be one.
    pub inspector: Option<InspectorAsk>,
    /// Whether a plan may be created, changed and removed again.
    pub write_probe: bool,
    /// Whether a key that is valid for an hour may be put on the app, to prove an app whose own key the
    /// product holds.
    pub test_key: bool,
}

impl App {
    /// Tests a connection.
    pub async fn test(
        &self,
        name: &ConnectionName,
        ask: TestAsk,
        attendant: &dyn Attendant,
        tell: &(dyn Fn(&CheckResult) + Sync),
    ) -> Result<Tested, ConnectError> {
        for id in &ask.only {
            if !is_known(id) {
                return Err(ConnectError::rule(
                    ProblemCode::CheckUnknown,
                    format!("there is no check `{id}`"),
                ));
            }
        }
        let Located {
            session, subject, ..
        } = self.locate(name).await?;
        let looking = match &ask.inspector {
            Some(asked) => {
                let found = inspector(&session, &subject, asked.sign_in.clone(), attendant).await?;
                Some((found.graph(), found.name()))
            }
            None => None,
        };
        let test_key = match (&ask.inspector, ask.test_key) {
            (Some(asked), true) => {
                Some(TestKey::put(&session, &subject, asked.sign_in.clone(), attendant).await?)
            }
            (None, true) => {
                return Err(ConnectError::rule(
                    ProblemCode::InspectorMissing,
                    "a test key is put on the app by an administrator: `--test-key` goes with `--inspect`",
                ));
            }
            (_, false) => None,
        };
        let request = TestRequest {
            only: ask.only,
            inspector: looking,
            write_probe: ask.write_probe,
            test_key: test_key.as_ref().map(TestKey::credential),
        };
        let tested = Box::pin(test(&session, subject, request, tell)).await;
        if let Some(key) = test_key {
            key.remove().await?;
        }
        tested
    }
}
