//! The certificate of the app: made or given, its key kept before anything is uploaded, put on the app
//! beside the others.

use std::sync::Arc;

use fairlead_domain::ids::CertificateName;
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::KeyHolder;
use fairlead_entra::certificate::{
    Certificate, CertificateWithKey, CreateRequest, KeyBits, Lifetime,
};
use fairlead_graph::{Graph, NewKey};
use fairlead_state::connection::{CreatedKind, StepStatus};
use fairlead_state::{CertificateOrigin, CertificateState, StoredCertificate};

use super::app::not_visible;
use super::request::CertificateChoice;
use super::run::Run;
use crate::certificates;
use crate::error::ConnectError;
use crate::wait::until;

const SCOPES: [&str; 1] = ["Application.ReadWrite.All"];

impl Run<'_> {
    pub(super) async fn certificate_step(&mut self) -> Result<(), ConnectError> {
        if matches!(self.request.certificate, CertificateChoice::None)
            && self.subject.connection.certificate.is_none()
        {
            return self.end_step(StepStatus::Done, "none, as was asked").await;
        }
        let stored = self.stored_certificate().await?;
        let graph = self
            .graph(&SCOPES, "put the certificate on the app")
            .await?;
        let (stored, uploaded) = match self.upload_stored(&graph, &stored).await {
            Ok(uploaded) => (stored, uploaded),
            Err(error)
                if error.code() == ProblemCode::GraphKeyLifetime && self.may_shorten(&stored) =>
            {
                let stored = self.shorten(&stored, error).await?;
                let uploaded = self.upload_stored(&graph, &stored).await?;
                (stored, uploaded)
            }
            Err(error) => return Err(error),
        };
        let thumbprint = stored
            .facts
            .map(|facts| facts.thumbprint.to_string())
            .unwrap_or_default();
        let status = if uploaded {
            StepStatus::Done
        } else {
            StepStatus::AlreadyInPlace
        };
        self.end_step(status, format!("{}, thumbprint {thumbprint}", stored.name))
            .await
    }

    async fn upload_stored(
        &mut self,
        graph: &Graph,
        stored: &StoredCertificate,
    ) -> Result<bool, ConnectError> {
        let der = stored.der.as_ref().ok_or_else(|| {
            ConnectError::rule(
                ProblemCode::CertificateNotFound,
                format!("the certificate `{}` was never completed", stored.name),
            )
        })?;
        self.upload(graph, &Certificate::from_der(der)?).await
    }

    /// Whether a certificate that the tenant refuses as too long may be made anew: only one that was
    /// made here for this connection and is used by no other.
    fn may_shorten(&self, stored: &StoredCertificate) -> bool {
        stored.origin == CertificateOrigin::Made
            && stored
                .used_by
                .iter()
                .all(|name| *name == self.subject.connection.name)
    }

    /// Makes the certificate anew, as long as the tenant's policy allows.
    async fn shorten(
        &mut self,
        stored: &StoredCertificate,
        refused: ConnectError,
    ) -> Result<StoredCertificate, ConnectError> {
        let graph = self
            .graph(
                &["Policy.Read.All"],
                "see how long a certificate may be valid",
            )
            .await?;
        let policy = graph.app_management_policy().await?;
        let Some(days) = policy.longest_key_days(self.session.now()) else {
            return Err(refused);
        };
        // The certificate begins a little before now, against clocks that differ.
        let Ok(lifetime) = Lifetime::days(u32::try_from(days - 1).unwrap_or_default()) else {
            return Err(refused);
        };
        self.done(format!(
            "the tenant allows certificates of at most {days} days; a shorter one is made"
        ));
        let bits = match self.request.certificate {
            CertificateChoice::New { bits, .. } => bits,
            _ => KeyBits::default(),
        };
        let thumbprint = stored
            .facts
            .as_ref()
            .map(|facts| facts.thumbprint.to_string())
            .unwrap_or_default();
        self.change(|connection| {
            connection.abandon(CreatedKind::Key, &thumbprint);
            connection.certificate = None;
        })
        .await?;
        self.session
            .store
            .certificates()
            .remove(&stored.name)
            .await?;
        if let Some(id) = &stored.secret_id {
            self.session.secrets.delete(id).await?;
        }
        self.request.certificate = CertificateChoice::New { bits, lifetime };
        self.stored_certificate().await
    }

    /// The connection's certificate: the one it has, else one made or taken over now.
    async fn stored_certificate(&mut self) -> Result<StoredCertificate, ConnectError> {
        let known = match &self.subject.connection.certificate {
            Some(name) => self.session.store.certificates().find(name).await?,
            None => None,
        };
        if let Some(stored) = known {
            return match stored.state {
                CertificateState::Intended => self.make(stored).await,
                _ => Ok(stored),
            };
        }
        match self.request.certificate.clone() {
            CertificateChoice::New { .. } | CertificateChoice::None => {
                let stored = self
                    .intended(CertificateOrigin::Made, self.subject.connection.key_holder)
                    .await?;
                self.make(stored).await
            }
            CertificateChoice::Given(pair) => self.take_over(pair).await,
            CertificateChoice::Public(certificate) => {
                let stored = self
                    .intended(CertificateOrigin::Product, KeyHolder::Product)
                    .await?;
                let facts = certificate.facts().clone();
                let der = certificate.der().to_vec();
                Ok(self
                    .session
                    .store
                    .certificates()
                    .fill(&stored.name, der, facts)
                    .await?)
            }
        }
    }

    /// Takes a name for the certificate and connects it, before its key exists.
    async fn intended(
        &mut self,
        origin: CertificateOrigin,
        holder: KeyHolder,
    ) -> Result<StoredCertificate, ConnectError> {
        let wanted = self.subject.connection.name.to_string();
        let name: CertificateName = certificates::free_name(self.session, &wanted).await?;
        let stored = certificates::intended(self.session, name, origin, holder);
        self.session.store.certificates().insert(&stored).await?;
        let name = stored.name.clone();
        self.change(|connection| connection.certificate = Some(name))
            .await?;
        Ok(stored)
    }

    async fn make(&mut self, stored: StoredCertificate) -> Result<StoredCertificate, ConnectError> {
        let (bits, lifetime) = match self.request.certificate {
            CertificateChoice::New { bits, lifetime } => (bits, lifetime),
            _ => Default::default(),
        };
        let common_name = certificates::common_name(&self.subject.connection.name);
        let request = CreateRequest {
            common_name,
            bits,
            lifetime,
            now: self.session.now(),
        };
        let made = certificates::make(self.session, &stored, request).await?;
        self.done(format!(
            "certificate `{}` made, its key is in the secret store",
            made.name
        ));
        Ok(made)
    }

    async fn take_over(
        &mut self,
        pair: Arc<CertificateWithKey>,
    ) -> Result<StoredCertificate, ConnectError> {
        let known = self
            .session
            .store
            .certificates()
            .with_thumbprint(pair.certificate().thumbprint())
            .await?;
        if let Some(known) = known.into_iter().find(|known| known.secret_id.is_some()) {
            let name = known.name.clone();
            self.change(|connection| connection.certificate = Some(name))
                .await?;
            return Ok(known);
        }
        let stored = self
            .intended(
                CertificateOrigin::Imported,
                self.subject.connection.key_holder,
            )
            .await?;
        certificates::keep(self.session, &stored, &pair).await
    }

    /// Puts a certificate on the app and waits until it is seen there; whether it had to be put there.
    pub(super) async fn upload(
        &mut self,
        graph: &Graph,
        certificate: &Certificate,
    ) -> Result<bool, ConnectError> {
        let object = self.subject.connection.app_object_id.ok_or_else(|| {
            ConnectError::rule(
                ProblemCode::AppMissing,
                "the app registration is not known yet",
            )
        })?;
        let thumbprint = certificate.thumbprint().to_string();
        let what = format!("certificate {thumbprint}");
        let intended = self
            .subject
            .connection
            .intent(CreatedKind::Key, &thumbprint)
            .is_some();
        self.intend(CreatedKind::Key, &thumbprint, &what).await?;
        let facts = certificate.facts();
        let name = facts.subject.clone();
        let new = NewKey {
            der: certificate.der(),
            thumbprint: certificate.thumbprint(),
            display_name: &name,
            start: facts.not_before,
            end: facts.not_after,
        };
        let added = until(
            self.session.replication(),
            "the app takes the certificate",
            self.attendant,
            || async { Ok(Some(graph.add_key(object, &new).await?)) },
        )
        .await?
        .ok_or_else(|| not_visible("the app registration"))?;
        let key = until(
            self.session.replication(),
            "the certificate is visible on the app",
            self.attendant,
            || async {
                let keys = graph.key_credentials(object).await?;
                Ok(keys
                    .into_iter()
                    .find(|key| key.is(certificate.der(), certificate.thumbprint())))
            },
        )
        .await?
        .ok_or_else(|| not_visible("the certificate"))?;
        if added || intended {
            let id = key.key_id.map(|id| id.to_string()).unwrap_or_default();
            let parent = Some(object.to_string());
            self.created(CreatedKind::Key, &thumbprint, id, parent, Vec::new(), &what)
                .await?;
            self.done("certificate is on the app");
        } else {
            self.change(|connection| connection.abandon(CreatedKind::Key, &thumbprint))
                .await?;
        }
        Ok(added || intended)
    }
}
