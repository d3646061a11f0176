//! The proof: Entra gives a token for the new certificate.

use fairlead_domain::problem::ProblemCode;
use fairlead_entra::EntraError;

use super::actor::Actor;
use super::{OnApp, Renewal};
use crate::error::ConnectError;
use crate::wait::until;

impl Renewal<'_> {
    /// Asks for tokens with the new key until Entra takes it.
    pub(super) async fn prove(&self, actor: &Actor, new: &OnApp) -> Result<(), ConnectError> {
        let graph = self.own_graph(&new.pair)?;
        let resource = &self.session.cloud.graph_resource;
        let proved = until(
            self.session.replication(),
            "Entra takes the new certificate",
            self.attendant,
            || async {
                match graph.source().renewed(resource).await {
                    Ok(_) => Ok(Some(true)),
                    // Waiting is of use only while the app holds the key, as far as that can be seen.
                    Err(_)
                        if !actor.is_own() && self.find_key(actor, &new.pair).await?.is_none() =>
                    {
                        Ok(Some(false))
                    }
                    Err(error) if is_a_matter_of_time(&error) => Ok(None),
                    Err(error) => Err(error.into()),
                }
            },
        )
        .await?;
        if proved == Some(true) {
            return Ok(());
        }
        Err(ConnectError::rule(
            ProblemCode::RotationNotProved,
            "Entra did not take the new certificate; it was taken back, and the old one is in use as before",
        ))
    }
}

fn is_a_matter_of_time(error: &EntraError) -> bool {
    error.is_unanswered()
        || error
            .refusal()
            .is_some_and(fairlead_entra::OAuthError::may_be_replication)
}
