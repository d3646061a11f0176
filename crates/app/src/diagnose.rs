use fairlead_connect::ConnectError;
use fairlead_domain::ids::ConnectionName;
use fairlead_domain::remedy::StepId;

use crate::connections::Located;
use crate::open::App;
use crate::show::{Diagnostics, KnownCertificate, diagnostics};

impl App {
    /// A support text about a connection, without secrets; without the tenant's names where `mask` says
    /// so.
    pub async fn diagnostics(
        &self,
        name: &ConnectionName,
        mask: bool,
    ) -> Result<String, ConnectError> {
        let Located {
            session,
            subject,
            chosen,
        } = self.locate(name).await?;
        let connection = &subject.connection;
        let certificate = match &connection.certificate {
            Some(name) => session.store.certificates().find(name).await?,
            None => None,
        };
        let report = session.store.reports().latest(name).await?;
        let proxy = session.transport.proxy_for(&session.cloud.login.at("/"));
        let proxy = proxy.map_or_else(|| "straight".to_owned(), |proxy| proxy.address);
        let secret_store = format!("{}: {}", chosen.which, chosen.why);
        let steps = StepId::ALL
            .iter()
            .filter_map(|step| Some((*step, connection.steps.get(step)?)))
            .collect();
        Ok(diagnostics(&Diagnostics {
            version: env!("CARGO_PKG_VERSION"),
            system: &system(),
            generated: session.now(),
            cloud: connection.cloud.name(),
            simulated: App::is_simulated(connection),
            connection: &connection.name,
            profile: &connection.profile,
            owner: connection.owner,
            credential: connection.credential,
            tenant: &connection.tenant,
            tenant_id: connection.tenant_id,
            domain: connection.domain.as_ref(),
            client_id: connection.client_id,
            mask_tenant: mask,
            secret_store: &secret_store,
            proxy: Some(&proxy),
            certificate: certificate.as_ref().map(|certificate| KnownCertificate {
                name: &certificate.name,
                holder: certificate.holder,
                facts: certificate.facts.as_ref(),
            }),
            secret_end: connection.secret.as_ref().and_then(|secret| secret.end),
            steps,
            report: report.as_ref(),
        }))
    }
}

/// The operating system with its version as far as it says, and the machine's architecture.
fn system() -> String {
    let named = std::fs::read_to_string("/etc/os-release")
        .ok()
        .and_then(|text| {
            text.lines().find_map(|line| {
                Some(
                    line.strip_prefix("PRETTY_NAME=")?
                        .trim_matches('"')
                        .to_owned(),
                )
            })
        });
    format!(
        "{} ({})",
        named.unwrap_or_else(|| std::env::consts::OS.to_owned()),
        std::env::consts::ARCH
    )
}
