//! What is handed to others: the values for the receiving product, and what to send to the one who
//! may consent.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fairlead_domain::portal::{PortalIds, PortalPage};
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::{KeyHolder, ValueSource, ValueSpec};
use fairlead_domain::remedy::{Person, fill};
use fairlead_domain::values::{HandOver, Value};
use fairlead_entra::consent_link;
use fairlead_state::StoredCertificate;

use crate::error::ConnectError;
use crate::session::Session;
use crate::subject::Subject;

/// The version of the hand-over sheet's JSON.
const SCHEMA: u32 = 1;

/// The values to type into the receiving product, under its own labels.
pub async fn values(session: &Session, subject: &Subject) -> Result<HandOver, ConnectError> {
    let connection = &subject.connection;
    if connection.tenant_id.is_none() {
        return Err(ConnectError::rule(
            ProblemCode::ConnectionIncomplete,
            format!(
                "the connection `{}` has no values yet; its set-up has not come that far",
                connection.name
            ),
        ));
    }
    let certificate = match &connection.certificate {
        Some(name) => session.store.certificates().find(name).await?,
        None => None,
    };
    let values = subject
        .profile
        .values_for(connection.owner, connection.credential)
        .filter_map(|spec| {
            Some(Value {
                name: spec.name.clone(),
                label: spec.label.clone(),
                value: value(spec, subject, certificate.as_ref())?,
            })
        })
        .collect();
    Ok(HandOver {
        schema: SCHEMA,
        connection: connection.name.clone(),
        values,
    })
}

fn value(
    spec: &ValueSpec,
    subject: &Subject,
    certificate: Option<&StoredCertificate>,
) -> Option<String> {
    let connection = &subject.connection;
    let facts = certificate.and_then(|certificate| certificate.facts.as_ref());
    match spec.source {
        ValueSource::TenantId => connection.tenant_id.map(|id| id.to_string()),
        ValueSource::TenantDomain => connection.domain.as_ref().map(ToString::to_string),
        ValueSource::ClientId => connection.client_id.map(|id| id.to_string()),
        ValueSource::ServicePrincipalId => connection.principal_id.map(|id| id.to_string()),
        ValueSource::CertificateThumbprint => facts.map(|facts| facts.thumbprint.to_string()),
        ValueSource::CertificateEnd => {
            facts.map(|facts| facts.not_after.strftime("%Y-%m-%d").to_string())
        }
        ValueSource::CertificateFile => certificate
            .filter(|certificate| certificate.holder != KeyHolder::Product)
            .map(|certificate| {
                format!(
                    "fairlead certificate export {} --format pfx --out {0}.pfx",
                    certificate.name
                )
            }),
        ValueSource::SecretEnd => connection
            .secret
            .as_ref()?
            .end
            .map(|end| end.strftime("%Y-%m-%d").to_string()),
        ValueSource::Account => connection
            .account
            .as_ref()
            .map(|account| account.user.to_string())
            .or_else(|| connection.inputs.get("synchronisation_account").cloned()),
        ValueSource::Authority => connection
            .tenant_id
            .map(|tenant| subject.cloud.login.at(&format!("/{tenant}")).to_string()),
        ValueSource::Text => spec
            .text
            .as_deref()
            .and_then(|text| fill_whole(text, &placeholders(subject))),
    }
}

/// What the texts of a profile may name.
fn placeholders(subject: &Subject) -> BTreeMap<&str, String> {
    let connection = &subject.connection;
    let mut values: BTreeMap<&str, String> = connection
        .inputs
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    for (name, value) in [
        ("connection", Some(connection.name.to_string())),
        ("tenant_id", connection.tenant_id.map(|id| id.to_string())),
        (
            "tenant_domain",
            connection.domain.as_ref().map(ToString::to_string),
        ),
        ("client_id", connection.client_id.map(|id| id.to_string())),
    ] {
        if let Some(value) = value {
            values.insert(name, value);
        }
    }
    values
}

/// A text with all its placeholders filled; nothing where one has no value.
fn fill_whole(text: &str, values: &BTreeMap<&str, String>) -> Option<String> {
    let whole = fairlead_domain::remedy::placeholders(text).all(|name| values.contains_key(name));
    whole.then(|| fill(text, values))
}

/// What to do in the receiving product, with the product's own menu names.
pub fn product_steps(subject: &Subject) -> Vec<String> {
    let values = placeholders(subject);
    subject
        .profile
        .product_steps_for(subject.connection.owner)
        .map(|step| fill(&step.text, &values))
        .collect()
}

/// Who may consent to what the connection needs.
pub fn who_may_consent(subject: &Subject) -> Person {
    use fairlead_domain::permission::{PermissionKind, Resource};
    let needs_privileged = subject.needed().any(|needed| {
        needed.kind == PermissionKind::Application && needed.resource == Resource::Graph
    });
    if needs_privileged {
        Person::PrivilegedRoleAdministrator
    } else {
        Person::CloudApplicationAdministrator
    }
}

/// Everything that the one who may consent needs, as one text: who has to act, the link, the
/// permissions with their reasons, and what happens then.
pub fn consent_request(subject: &Subject) -> String {
    let connection = &subject.connection;
    let mut text = String::new();
    let person = who_may_consent(subject).title();
    let _ = writeln!(text, "An app waits for the consent of {person}.\n");
    let _ = writeln!(
        text,
        "What for:    {} ({})",
        subject.profile.title, subject.profile.summary
    );
    let _ = writeln!(text, "Tenant:      {}", connection.tenant);
    if let Some(client) = connection.client_id {
        let _ = writeln!(text, "Application: {client}");
    }
    let _ = writeln!(
        text,
        "\nPermissions on Microsoft Graph, and what each is needed for:"
    );
    for permission in subject.needed() {
        let _ = writeln!(
            text,
            "- {} ({}): {}",
            permission.name, permission.kind, permission.reason
        );
    }
    if let (Some(client), Some(tenant)) = (connection.client_id, connection.tenant_id) {
        let ids = PortalIds {
            client_id: Some(client),
            service_principal: connection.principal_id,
        };
        let page = if subject.is_vendor() {
            None
        } else {
            PortalPage::AppPermissions.url(&subject.cloud, ids)
        };
        let _ = writeln!(
            text,
            "\nTo consent, sign in with that role and use one of these:"
        );
        if let Some(page) = page {
            let _ = writeln!(
                text,
                "1. {} > \"Grant admin consent\"\n   {page}",
                PortalPage::AppPermissions.menu()
            );
        }
        let redirect = (!subject.is_vendor()).then_some("http://localhost");
        let link = consent_link(
            &subject.cloud,
            tenant,
            client,
            &subject.cloud.graph_resource,
            redirect,
            Some("sent"),
        );
        let _ = writeln!(
            text,
            "{}. The consent page:\n   {link}",
            if subject.is_vendor() { 1 } else { 2 }
        );
        if !subject.is_vendor() {
            let _ = writeln!(
                text,
                "   Afterwards the browser says that localhost can't be reached. That is expected: the consent is done."
            );
        }
    } else {
        for step in product_steps(subject) {
            let _ = writeln!(text, "- {step}");
        }
    }
    text
}
