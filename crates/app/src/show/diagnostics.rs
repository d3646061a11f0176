//! The redacted support text: what someone who helps needs to know of a connection, and no secret.

mod mask;

use std::fmt::Write as _;

use fairlead_domain::certificate::CertificateFacts;
use fairlead_domain::ids::{
    CertificateName, ClientId, ConnectionName, DomainName, ProfileId, TenantId, TenantRef,
};
use fairlead_domain::profile::{CredentialKind, KeyHolder, Owner};
use fairlead_domain::remedy::StepId;
use fairlead_domain::report::Report;
use fairlead_state::connection::{StepRecord, StepStatus};
use fairlead_wire::redact::redact_text;
use jiff::Timestamp;

use super::clean;
use super::evidence::Evidence;
use super::mark::step_word;
use super::text::pad;
use super::words::{check_took, found, tally, took_ms, utc};

/// What is told of a connection.
#[derive(Debug, Clone)]
pub struct Diagnostics<'a> {
    /// Fairlead's version.
    pub version: &'a str,
    /// The operating system with its version, and the machine's architecture.
    pub system: &'a str,
    /// When the text is made.
    pub generated: Timestamp,
    /// The cloud's name.
    pub cloud: &'a str,
    /// Whether the tenant is a simulated one.
    pub simulated: bool,
    /// The connection's name.
    pub connection: &'a ConnectionName,
    /// Its profile.
    pub profile: &'a ProfileId,
    /// Whose app it is.
    pub owner: Owner,
    /// How it signs in.
    pub credential: CredentialKind,
    /// The tenant, as the person named it.
    pub tenant: &'a TenantRef,
    /// The tenant, once found.
    pub tenant_id: Option<TenantId>,
    /// The tenant's domain, once found.
    pub domain: Option<&'a DomainName>,
    /// The app, once known.
    pub client_id: Option<ClientId>,
    /// Whether tenant, domains and sign-in names are left out.
    pub mask_tenant: bool,
    /// Which secret store is in use, and why.
    pub secret_store: &'a str,
    /// Which way requests take: straight, or through which proxy.
    pub proxy: Option<&'a str>,
    /// The certificate, where it has one.
    pub certificate: Option<KnownCertificate<'a>>,
    /// When its client secret ends, where that is known.
    pub secret_end: Option<Timestamp>,
    /// How far each step has come, in their order.
    pub steps: Vec<(StepId, &'a StepRecord)>,
    /// The last test.
    pub report: Option<&'a Report>,
}

/// A certificate by name, with what is known of it.
#[derive(Debug, Clone)]
pub struct KnownCertificate<'a> {
    /// Its name.
    pub name: &'a CertificateName,
    /// Who holds the private key.
    pub holder: KeyHolder,
    /// Its facts, once it is there.
    pub facts: Option<&'a CertificateFacts>,
}

/// The support text. Nothing that is handed in is a secret; what looks like one all the same is
/// masked, and tenant, domains and sign-in names too where that is wanted. Names of groups that the
/// tester found may remain: show the text before it is sent.
pub fn diagnostics(d: &Diagnostics<'_>) -> String {
    let mut sheet = Sheet::default();
    product(d, &mut sheet);
    connection(d, &mut sheet);
    certificate(d, &mut sheet);
    steps(d, &mut sheet);
    if let Some(report) = d.report {
        test(report, &mut sheet);
    } else {
        sheet.heading("Last test");
        sheet.line("none yet");
    }
    let text = redact_text(&sheet.0);
    if d.mask_tenant {
        mask::tenant(&text, d.tenant_id, d.tenant, d.domain)
    } else {
        text
    }
}

fn product(d: &Diagnostics<'_>, sheet: &mut Sheet) {
    sheet.heading("Fairlead diagnostics");
    sheet.value("Fairlead", d.version);
    sheet.value("System", d.system);
    sheet.value("Made", &utc(d.generated).to_string());
    let simulated = if d.simulated {
        ", a simulated tenant"
    } else {
        ""
    };
    sheet.value("Cloud", &format!("{}{simulated}", d.cloud));
    sheet.value("Secret store", d.secret_store);
    if let Some(proxy) = d.proxy {
        sheet.value("Proxy", proxy);
    }
}

fn connection(d: &Diagnostics<'_>, sheet: &mut Sheet) {
    sheet.heading("Connection");
    sheet.value("Name", d.connection.as_str());
    sheet.value("Profile", d.profile.as_str());
    sheet.value("App of", d.owner.as_str());
    sheet.value("Signs in by", d.credential.as_str());
    sheet.value("Tenant", &d.tenant.to_string());
    let unknown = || "not known yet".to_owned();
    let id = d.tenant_id.map_or_else(unknown, |id| id.to_string());
    sheet.value("Tenant id", &id);
    if let Some(domain) = d.domain {
        sheet.value("Domain", domain.as_str());
    }
    let app = d.client_id.map_or_else(unknown, |id| id.to_string());
    sheet.value("App id", &app);
    if let Some(end) = d.secret_end {
        sheet.value("Secret ends", &utc(end).to_string());
    }
}

fn certificate(d: &Diagnostics<'_>, sheet: &mut Sheet) {
    let Some(certificate) = &d.certificate else {
        return;
    };
    sheet.heading("Certificate");
    sheet.value("Name", certificate.name.as_str());
    let holder = match certificate.holder {
        KeyHolder::Fairlead => "Fairlead",
        KeyHolder::FairleadForProduct => "Fairlead, made for the product",
        KeyHolder::Product => "the product",
    };
    sheet.value("Key held by", holder);
    let Some(facts) = certificate.facts else {
        sheet.line("not there yet");
        return;
    };
    let kind = format!(
        "{} {} bit, {}",
        facts.key_algorithm, facts.key_bits, facts.signature_algorithm
    );
    sheet.value("Kind", &kind);
    sheet.value("Subject", &facts.subject);
    sheet.value("Issuer", &facts.issuer);
    sheet.value("Serial", &facts.serial);
    sheet.value("Valid from", &utc(facts.not_before).to_string());
    sheet.value("Valid until", &utc(facts.not_after).to_string());
    sheet.value("SHA-1", facts.thumbprint.as_str());
    sheet.value("SHA-256", &facts.sha256);
}

fn steps(d: &Diagnostics<'_>, sheet: &mut Sheet) {
    sheet.heading("Steps");
    for (step, record) in &d.steps {
        let mut text = format!("{}, {}", step_word(&record.status), utc(record.at));
        // Writing to a String cannot fail.
        match &record.status {
            StepStatus::Failed { code, what } => {
                let _ = write!(text, ", {code}: {what}");
            }
            StepStatus::Waiting { person, since, .. } => {
                let _ = write!(text, ", {} since {}", person.title(), utc(*since));
            }
            StepStatus::Pending | StepStatus::Done | StepStatus::AlreadyInPlace => {}
        }
        if let Some(detail) = &record.detail {
            let _ = write!(text, ": {detail}");
        }
        sheet.value(step.as_str(), &text);
    }
    if d.steps.is_empty() {
        sheet.line("none begun");
    }
}

fn test(report: &Report, sheet: &mut Sheet) {
    sheet.heading("Last test");
    sheet.value("Begun", &utc(report.started).to_string());
    sheet.value("Took", &took_ms(report.ms));
    let verdict = format!("{} ({})", report.verdict, tally(report));
    sheet.value("Verdict", &verdict);
    for used in &report.identities {
        let name = match used.identity {
            fairlead_domain::check::Identity::Nobody => "Nobody",
            fairlead_domain::check::Identity::Connection => "Connection",
            fairlead_domain::check::Identity::Inspector => "Inspector",
        };
        sheet.value(name, &used.name);
    }
    sheet.heading("Checks");
    for check in &report.checks {
        let evidence = Evidence::of(check);
        let verdict = format!("{:<8}", check.verdict);
        let code = evidence.code.map(|code| format!(" [{code}]"));
        let took = check_took(check).map(|took| format!(", {took}"));
        sheet.line(&format!(
            "{verdict} {}{}: {}{}",
            check.id,
            code.unwrap_or_default(),
            found(check),
            took.unwrap_or_default()
        ));
        for (name, value) in &evidence.ids {
            if check.verdict.needs_attention() {
                sheet.line(&format!("{:<8}   {name}: {value}", ""));
            }
        }
    }
    if !report.notices.is_empty() {
        sheet.heading("Notices");
        for notice in &report.notices {
            sheet.line(&format!("{}: {}", notice.id, notice.text));
        }
    }
}

/// A text of headings and named values, each on a line.
#[derive(Default)]
struct Sheet(String);

impl Sheet {
    fn heading(&mut self, title: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(title);
        self.0.push('\n');
    }

    fn value(&mut self, name: &str, value: &str) {
        let name = pad(name, 13);
        self.line(&format!("{name} {value}"));
    }

    fn line(&mut self, text: &str) {
        self.0.push_str("  ");
        self.0.push_str(&clean::line(text));
        self.0.push('\n');
    }
}
