//! The certificate of the app: made or given, its key kept before anything is uploaded, put on the app
//! beside the others.

use std::sync::Arc;

use fairlead_domain::ids::ObjectId;
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::KeyHolder;
use fairlead_entra::certificate::{
    Certificate, CertificateWithKey, CreateRequest, KeyBits, Lifetime,
};
use fairlead_graph::Graph;
use fairlead_state::connection::{CreatedKind, StepStatus};
use fairlead_state::{CertificateOrigin, CertificateState, StoredCertificate};

use super::app::not_visible;
use super::credential::{Brought, PutCertificate};
use super::request::CertificateChoice;
use super::run::Run;
use crate::certificates;
use crate::error::ConnectError;
use crate::wait::until;

const SCOPES: [&str; 1] = ["Application.ReadWrite.All"];

impl Run<'_> {
    pub(super) async fn certificate_step(&mut self) -> Result<(), ConnectError> {
        if self.wants_no_certificate() {
            return self.end_step(StepStatus::Done, "none, as was asked").await;
        }
        let put = match self.brought.take() {
            Some(Brought::Certificate(put)) => *put,
            _ => self.put_certificate().await?,
        };
        self.see_certificate(&put).await?;
        let status = if put.new {
            StepStatus::Done
        } else {
            StepStatus::AlreadyInPlace
        };
        let (name, thumbprint) = (&put.name, put.certificate.thumbprint());
        self.end_step(status, format!("{name}, thumbprint {thumbprint}"))
            .await
    }

    pub(super) fn wants_no_certificate(&self) -> bool {
        matches!(self.request.certificate, CertificateChoice::None)
            && self.subject.connection.certificate.is_none()
    }

    /// The certificate, made or given, put on the app and not seen there yet.
    pub(super) async fn put_certificate(&mut self) -> Result<PutCertificate, ConnectError> {
        let stored = self.stored_certificate().await?;
        let graph = self
            .graph(&SCOPES, "put the certificate on the app")
            .await?;
        match self.upload_stored(&graph, &stored).await {
            Err(error)
                if error.code() == ProblemCode::GraphKeyLifetime && self.may_shorten(&stored) =>
            {
                let stored = self.shorten(&stored, error).await?;
                self.upload_stored(&graph, &stored).await
            }
            other => other,
        }
    }

    async fn upload_stored(
        &mut self,
        graph: &Graph,
        stored: &StoredCertificate,
    ) -> Result<PutCertificate, ConnectError> {
        let certificate = Certificate::from_der(certificates::public_part(stored)?)?;
        let new = self.upload(graph, &certificate).await?;
        Ok(PutCertificate {
            name: stored.name.clone(),
            certificate,
            new,
        })
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
        self.change(|connection| connection.abandon(CreatedKind::Key, &thumbprint))
            .await?;
        self.session
            .store
            .certificates()
            .update(&stored.name, |stored| {
                stored.state = CertificateState::Intended;
                stored.der = None;
                stored.facts = None;
            })
            .await?;
        self.request.certificate = CertificateChoice::New { bits, lifetime };
        self.stored_certificate().await
    }

    /// The connection's certificate: the one it has, else one made or taken over now.
    async fn stored_certificate(&mut self) -> Result<StoredCertificate, ConnectError> {
        let known = match &self.subject.connection.certificate {
            Some(name) => self.session.store.certificates().find(name).await?,
            None => None,
        };
        match (known, self.request.certificate.clone()) {
            (Some(stored), _) if stored.state != CertificateState::Intended => Ok(stored),
            (known, CertificateChoice::New { .. } | CertificateChoice::None) => {
                let holder = self.subject.connection.key_holder;
                let stored = self
                    .intended(known, CertificateOrigin::Made, holder)
                    .await?;
                self.make(stored).await
            }
            (known, CertificateChoice::Given(pair)) => self.take_over(known, pair).await,
            (known, CertificateChoice::Public(certificate)) => {
                let stored = self
                    .intended(known, CertificateOrigin::Product, KeyHolder::Product)
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

    /// The name of a certificate, connected before its key exists: `known`, where an interrupted run
    /// came as far, else one that is taken now.
    async fn intended(
        &mut self,
        known: Option<StoredCertificate>,
        origin: CertificateOrigin,
        holder: KeyHolder,
    ) -> Result<StoredCertificate, ConnectError> {
        let certificates = self.session.store.certificates();
        if let Some(known) = known {
            // It may have been begun with another choice.
            let anew = certificates::intended(self.session, known.name.clone(), origin, holder);
            return Ok(certificates.update(&known.name, |it| *it = anew).await?);
        }
        let connection = &self.subject.connection;
        let taken = certificates::take_name(
            self.session,
            connection,
            certificates::FOR_WIZARD,
            origin,
            holder,
        )
        .await?;
        let name = taken.name.clone();
        self.change(|connection| {
            connection.abandon(CreatedKind::Key, certificates::FOR_WIZARD);
            connection.certificate = Some(name);
        })
        .await?;
        Ok(taken)
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
        known: Option<StoredCertificate>,
        pair: Arc<CertificateWithKey>,
    ) -> Result<StoredCertificate, ConnectError> {
        let certificates = self.session.store.certificates();
        let same = certificates
            .with_thumbprint(pair.certificate().thumbprint())
            .await?;
        let kept = same.into_iter().find(|same| same.secret_id.is_some());
        if let Some(kept) = kept.filter(|_| known.is_none()) {
            let name = kept.name.clone();
            self.change(|connection| connection.certificate = Some(name))
                .await?;
            return Ok(kept);
        }
        let holder = self.subject.connection.key_holder;
        let stored = self
            .intended(known, CertificateOrigin::Imported, holder)
            .await?;
        certificates::keep(self.session, &stored, &pair).await
    }

    /// Puts a certificate on the app; whether it had to be put there.
    async fn upload(
        &mut self,
        graph: &Graph,
        certificate: &Certificate,
    ) -> Result<bool, ConnectError> {
        let object = self.app_object()?;
        let thumbprint = certificate.thumbprint().to_string();
        let intended = self
            .subject
            .connection
            .intent(CreatedKind::Key, &thumbprint)
            .is_some();
        self.intend(CreatedKind::Key, &thumbprint, &what(certificate))
            .await?;
        let new = certificates::new_key(certificate, &certificate.facts().subject);
        let added = until(
            self.session.replication(),
            "the app takes the certificate",
            self.attendant,
            || async { Ok(Some(graph.add_key(object, &new).await?)) },
        )
        .await?
        .ok_or_else(|| not_visible("the app registration"))?;
        Ok(added || intended)
    }

    /// Waits until the certificate is seen on the app, and records it.
    async fn see_certificate(&mut self, put: &PutCertificate) -> Result<(), ConnectError> {
        let graph = self
            .graph(&SCOPES, "see the certificate on the app")
            .await?;
        let object = self.app_object()?;
        let certificate = &put.certificate;
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
        let thumbprint = certificate.thumbprint().to_string();
        if !put.new {
            return self
                .change(|connection| connection.abandon(CreatedKind::Key, &thumbprint))
                .await;
        }
        let id = key.key_id.map(|id| id.to_string()).unwrap_or_default();
        let parent = Some(object.to_string());
        let (kind, what) = (CreatedKind::Key, what(certificate));
        self.created(kind, &thumbprint, id, parent, Vec::new(), &what)
            .await?;
        self.done("certificate is on the app");
        Ok(())
    }

    pub(super) fn app_object(&self) -> Result<ObjectId, ConnectError> {
        self.subject.connection.app_object_id.ok_or_else(|| {
            ConnectError::rule(
                ProblemCode::AppMissing,
                "the app registration is not known yet",
            )
        })
    }
}

/// What a certificate on the app is called in the record of what was created.
fn what(certificate: &Certificate) -> String {
    format!("certificate {}", certificate.thumbprint())
}
