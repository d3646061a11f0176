//! The synchronisation account: signs in once, through the connection's own app.

use fairlead_domain::Secret;
use fairlead_domain::problem::ProblemCode;
use fairlead_state::SecretId;
use fairlead_state::connection::{AccountMeta, StepStatus};

use super::run::Run;
use crate::administrator::sign_in_user;
use crate::error::ConnectError;
use crate::tester::account_scopes;

impl Run<'_> {
    pub(super) async fn account_step(&mut self) -> Result<(), ConnectError> {
        let id = SecretId::refresh_token(&self.subject.connection.name);
        let client = self.subject.connection.client_id.ok_or_else(|| {
            ConnectError::rule(
                ProblemCode::AppMissing,
                "the app registration is not known yet",
            )
        })?;
        let entra = self.entra()?;
        let scopes = account_scopes(&self.subject);
        let wanted = self
            .subject
            .connection
            .inputs
            .get("synchronisation_account")
            .cloned();
        let known = self.subject.connection.account.clone();
        let same = known.as_ref().is_some_and(|known| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(known.user.as_str()))
        });
        if same && let Some(kept) = crate::tester::read_text(self.session, &id).await? {
            // Kept is not enough: the sign-in may have been revoked since.
            match entra.refresh(client, &kept, &scopes, None).await {
                Ok(tokens) => {
                    if let Some(newest) = tokens.refresh {
                        self.keep(&id, &newest).await?;
                    }
                    let user = known
                        .map(|known| known.user.to_string())
                        .unwrap_or_default();
                    return self.end_step(StepStatus::AlreadyInPlace, user).await;
                }
                Err(error) if error.is_unanswered() => return Err(error.into()),
                Err(error) => self.done(format!("the account has to sign in again: {error}")),
            }
        }
        let options = &self.request.sign_in;
        let purpose = "sign in as the synchronisation account";
        let tokens = sign_in_user(
            &entra,
            client,
            options.way,
            options.limit,
            wanted.as_deref(),
            &scopes,
            purpose,
            self.attendant,
        )
        .await?;
        let claims = tokens.access.claims.clone().ok_or_else(|| {
            ConnectError::rule(
                ProblemCode::TokenUnreadable,
                "the account's token can't be read",
            )
        })?;
        if claims.tenant != self.subject.connection.tenant_id {
            return Err(ConnectError::rule(
                ProblemCode::TokenMismatch,
                "the account is of another tenant",
            ));
        }
        let user = claims.user.clone().unwrap_or_default();
        if wanted
            .as_ref()
            .is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&user))
        {
            return Err(ConnectError::rule(
                ProblemCode::AccountMismatch,
                format!(
                    "`{user}` signed in, the connection is for `{}`",
                    wanted.unwrap_or_default()
                ),
            ));
        }
        let refresh = tokens.refresh.ok_or_else(|| {
            ConnectError::rule(
                ProblemCode::EntraAnswer,
                "the sign-in gave no refresh token, so the account can't work unattended",
            )
        })?;
        self.keep(&id, &refresh).await?;
        let name = user
            .parse()
            .map_err(|cause: fairlead_domain::ids::Malformed| {
                ConnectError::rule(ProblemCode::EntraAnswer, cause.to_string())
            })?;
        let meta = AccountMeta {
            user: name,
            object_id: claims.object,
        };
        self.change(|connection| connection.account = Some(meta))
            .await?;
        self.end_step(StepStatus::Done, user).await
    }

    async fn keep(&self, id: &SecretId, token: &Secret<String>) -> Result<(), ConnectError> {
        Ok(self
            .session
            .secrets
            .put(id, &Secret::new(token.expose().clone().into_bytes()))
            .await?)
    }
}
