//! A test key: it proves an app whose own key the product holds. Valid for an hour, named so, removed
//! at the end of the test, and by the next one if that was interrupted.

use std::sync::Arc;

use fairlead_domain::ids::ObjectId;
use fairlead_domain::problem::ProblemCode;
use fairlead_entra::AppCredential;
use fairlead_entra::certificate::{CertificateWithKey, CreateRequest, KeyBits, Lifetime, create};
use fairlead_graph::Graph;

use super::{incomplete, new_key, plain_common_name};
use crate::administrator::{SignInOptions, for_connection};
use crate::attendant::{Attendant, Event};
use crate::error::ConnectError;
use crate::session::Session;
use crate::subject::Subject;
use crate::wait::until;

/// What every test key is called, so that one that was left behind is known.
const NAME: &str = "Fairlead test key";
const SCOPES: [&str; 1] = ["Application.ReadWrite.All"];

/// A test key that is on an app.
#[derive(Debug)]
pub struct TestKey {
    graph: Graph,
    object: ObjectId,
    pair: Arc<CertificateWithKey>,
}

impl TestKey {
    /// Takes away what an interrupted test left, and puts a new test key on the app.
    pub async fn put(
        session: &Session,
        subject: &Subject,
        sign_in: SignInOptions,
        attendant: &dyn Attendant,
    ) -> Result<Self, ConnectError> {
        let connection = &subject.connection;
        let (tenant, object) = connection
            .tenant_id
            .zip(connection.app_object_id)
            .ok_or_else(|| incomplete(connection))?;
        let entra = session.entra(tenant);
        let purpose = "put a test key on the app, for this test alone";
        let administrator =
            for_connection(session, connection, sign_in, &SCOPES, purpose, attendant).await?;
        let graph = administrator.graph();
        clear(&graph, object).await?;
        let request = CreateRequest {
            common_name: plain_common_name(NAME),
            bits: KeyBits::B2048,
            lifetime: Lifetime::HOUR,
            now: session.now(),
        };
        let pair = tokio::task::spawn_blocking(move || create(&request))
            .await
            .map_err(|error| {
                ConnectError::rule(
                    ProblemCode::Cancelled,
                    format!("making the key was interrupted: {error}"),
                )
            })??;
        graph
            .add_key(object, &new_key(pair.certificate(), NAME))
            .await?;
        attendant.tell(Event::Note(
            "a test key, valid for an hour, is on the app".to_owned(),
        ));
        let key = Self {
            graph,
            object,
            pair: Arc::new(pair),
        };
        let source = fairlead_entra::TokenSource::app(
            entra,
            connection.client_id.ok_or_else(|| incomplete(connection))?,
            key.credential(),
        );
        let resource = session.cloud.graph_resource.clone();
        // The tester says it better than this does, should the key never be taken.
        until(
            session.replication(),
            "Entra takes the test key",
            attendant,
            || async { Ok(source.renewed(&resource).await.ok()) },
        )
        .await?;
        Ok(key)
    }

    /// The credential that it gives the tester.
    pub fn credential(&self) -> AppCredential {
        AppCredential::Certificate(Arc::clone(&self.pair))
    }

    /// Takes it off the app.
    pub async fn remove(self) -> Result<(), ConnectError> {
        clear(&self.graph, self.object).await
    }
}

async fn clear(graph: &Graph, object: ObjectId) -> Result<(), ConnectError> {
    let keys = graph.key_credentials(object).await?;
    let ids: Vec<_> = keys
        .iter()
        .filter(|key| {
            key.display_name
                .as_deref()
                .is_some_and(|name| name.contains(NAME))
        })
        .filter_map(|key| key.key_id)
        .collect();
    graph.remove_keys(object, &ids).await?;
    Ok(())
}
