//! Lists and single objects as the command line prints them.

use std::fmt::Write as _;

use fairlead_domain::profile::{CredentialKind, Profile};
use fairlead_domain::report::Report;
use fairlead_entra::certificate::remaining_days;
use fairlead_state::connection::StepStatus;
use fairlead_state::{CertificateOrigin, CertificateState, Connection, StoredCertificate};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::open::App;

/// Rows of columns, aligned; the last column runs on.
pub fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: Vec<usize> = (0..N)
        .map(|at| {
            rows.iter()
                .map(|row| row[at].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            line.push_str(cell);
            if at + 1 < N {
                let gap = widths[at].saturating_sub(cell.chars().count()) + 2;
                line.extend(std::iter::repeat_n(' ', gap));
            }
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// A profile: what it asks of the tenant and of the person, and what it hands over.
pub fn profile_text(profile: &Profile) -> String {
    let mut text = format!("{}: {}\n{}\n", profile.id, profile.title, profile.summary);
    if let Some(guide) = &profile.guide {
        let _ = writeln!(text, "Read from: {guide}");
    }
    if !profile.bundle.is_empty() {
        let names: Vec<_> = profile.bundle.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "In order: {}", names.join(", "));
    }
    for variant in &profile.variants {
        let kinds: Vec<_> = variant
            .credentials
            .iter()
            .map(|kind| kind.as_str())
            .collect();
        let _ = writeln!(
            text,
            "\nApp of {}, with {}",
            variant.owner.as_str(),
            kinds.join(" or ")
        );
        let rows: Vec<[String; 3]> = variant
            .permissions
            .iter()
            .map(|permission| {
                [
                    format!("  {}", permission.name),
                    permission.kind.to_string(),
                    permission.reason.clone(),
                ]
            })
            .collect();
        text.push_str(&columns(&rows));
    }
    if !profile.inputs.is_empty() {
        let _ = writeln!(text, "\nQuestions (`--set name=value`)");
        let rows: Vec<[String; 2]> = profile
            .inputs
            .iter()
            .map(|input| {
                [
                    format!("  {}", input.name),
                    format!("{}, such as {}", input.label, input.example),
                ]
            })
            .collect();
        text.push_str(&columns(&rows));
    }
    if !profile.notices.is_empty() {
        let _ = writeln!(text, "\nWorth knowing");
        for notice in &profile.notices {
            let _ = writeln!(text, "  - {}", notice.text);
        }
    }
    text
}

/// The list of connections.
pub fn connections_text(all: &[(Connection, Option<Report>)]) -> String {
    let mut rows =
        vec![["name", "profile", "tenant", "credential", "last test"].map(str::to_owned)];
    for (connection, report) in all {
        let tested = report.as_ref().map_or_else(
            || "never".to_owned(),
            |report| {
                format!(
                    "{} on {}",
                    report.verdict,
                    report.started.strftime("%Y-%m-%d %H:%M UTC")
                )
            },
        );
        let simulated = if App::is_simulated(connection) {
            " (simulated)"
        } else {
            ""
        };
        rows.push([
            connection.name.to_string(),
            connection.profile.to_string(),
            format!("{}{simulated}", connection.tenant),
            connection.credential.as_str().to_owned(),
            tested,
        ]);
    }
    columns(&rows)
}

/// One connection: its ids, its steps, what was created for it, its last test.
pub fn connection_text(connection: &Connection, report: Option<&Report>) -> String {
    let mut rows = vec![
        row("name", connection.name.to_string()),
        row("profile", connection.profile.to_string()),
        row("app of", connection.owner.as_str()),
        row("credential", connection.credential.as_str()),
        row("cloud", connection.cloud.name()),
        row("tenant", connection.tenant.to_string()),
    ];
    let mut optional = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            rows.push(row(name, value));
        }
    };
    optional("tenant id", connection.tenant_id.map(|id| id.to_string()));
    optional("client id", connection.client_id.map(|id| id.to_string()));
    optional(
        "enterprise app",
        connection.principal_id.map(|id| id.to_string()),
    );
    optional(
        "certificate",
        connection.certificate.as_ref().map(ToString::to_string),
    );
    optional(
        "previous certificate",
        connection
            .previous_certificate
            .as_ref()
            .map(ToString::to_string),
    );
    optional(
        "account",
        connection
            .account
            .as_ref()
            .map(|account| account.user.to_string()),
    );
    for (name, value) in &connection.inputs {
        rows.push(row(name, value));
    }
    let mut text = columns(&rows);
    let _ = writeln!(text, "\nSteps");
    let steps: Vec<[String; 3]> = connection
        .steps
        .iter()
        .map(|(step, record)| {
            [
                format!("  {}", step.title()),
                status_word(&record.status).to_owned(),
                record.detail.clone().unwrap_or_default(),
            ]
        })
        .collect();
    text.push_str(&columns(&steps));
    if !connection.created.is_empty() {
        let _ = writeln!(
            text,
            "\nCreated in the tenant (`connections remove --everywhere` takes exactly this away)"
        );
        for object in &connection.created {
            let _ = writeln!(text, "  {}", object.what);
        }
    }
    if let Some(report) = report {
        let _ = writeln!(
            text,
            "\nLast test: {} on {}",
            report.verdict,
            report.started.strftime("%Y-%m-%d %H:%M UTC")
        );
    }
    text
}

fn row(name: &str, value: impl Into<String>) -> [String; 2] {
    [name.to_owned(), value.into()]
}

/// A step's status in words.
pub const fn status_word(status: &StepStatus) -> &'static str {
    match status {
        StepStatus::Pending => "pending",
        StepStatus::Done => "done",
        StepStatus::AlreadyInPlace => "already in place",
        StepStatus::Waiting { .. } => "waiting for a person",
        StepStatus::Failed { .. } => "failed",
    }
}

/// A connection for programs.
pub fn connection_json(connection: &Connection, report: Option<&Report>) -> Value {
    let steps: Vec<Value> = connection
        .steps
        .iter()
        .map(|(step, record)| json!({"id": step, "record": record}))
        .collect();
    json!({
        "name": connection.name,
        "profile": connection.profile,
        "owner": connection.owner,
        "credential": connection.credential,
        "cloud": connection.cloud.name(),
        "simulated": App::is_simulated(connection),
        "tenant": connection.tenant,
        "tenant_id": connection.tenant_id,
        "client_id": connection.client_id,
        "principal_id": connection.principal_id,
        "certificate": connection.certificate,
        "previous_certificate": connection.previous_certificate,
        "account": connection.account.as_ref().map(|account| &account.user),
        "inputs": connection.inputs,
        "steps": steps,
        "created": connection.created,
        "last_test": report.map(|report| json!({"verdict": report.verdict, "started": report.started})),
    })
}

/// What removing a connection takes away.
pub fn removal_text(connection: &Connection, everywhere: bool) -> String {
    let mut text = format!(
        "Removes from this computer: the connection {}, its reports, its secrets, its certificates\n",
        connection.name
    );
    if everywhere {
        let _ = writeln!(text, "Removes from tenant {}:", connection.tenant);
        for object in connection.to_undo() {
            let _ = writeln!(text, "  {}", object.what);
        }
    } else if !connection.created.is_empty() {
        let _ = writeln!(
            text,
            "Leaves in the tenant what was created for it; `--everywhere` removes that too"
        );
    }
    text
}

/// The list of certificates.
pub fn certificates_text(all: &[StoredCertificate], now: Timestamp) -> String {
    let mut rows = vec![["name", "state", "ends", "thumbprint", "used by"].map(str::to_owned)];
    for certificate in all {
        let facts = certificate.facts.as_ref();
        let used: Vec<_> = certificate
            .used_by
            .iter()
            .map(ToString::to_string)
            .collect();
        rows.push([
            certificate.name.to_string(),
            state_word(certificate.state).to_owned(),
            facts.map_or_else(String::new, |facts| {
                format!(
                    "{} ({} days)",
                    facts.not_after.strftime("%Y-%m-%d"),
                    remaining_days(facts, now)
                )
            }),
            facts.map_or_else(String::new, |facts| facts.thumbprint.to_string()),
            used.join(", "),
        ]);
    }
    columns(&rows)
}

/// One certificate.
pub fn certificate_text(certificate: &StoredCertificate, now: Timestamp) -> String {
    let mut rows = vec![
        row("name", certificate.name.to_string()),
        row("state", state_word(certificate.state)),
        row("origin", origin_word(certificate.origin)),
        row(
            "private key",
            if certificate.secret_id.is_some() {
                "in the secret store"
            } else {
                "not kept here"
            },
        ),
    ];
    if let Some(facts) = &certificate.facts {
        rows.extend([
            row("subject", facts.subject.as_str()),
            row("serial", facts.serial.as_str()),
            row(
                "key",
                format!("{} {} bit", facts.key_algorithm, facts.key_bits),
            ),
            row("signature", facts.signature_algorithm.as_str()),
            row("valid from", facts.not_before.to_string()),
            row(
                "valid until",
                format!(
                    "{} ({} days left)",
                    facts.not_after,
                    remaining_days(facts, now)
                ),
            ),
            row("thumbprint", facts.thumbprint.to_string()),
            row("SHA-256", facts.sha256.as_str()),
        ]);
    }
    if !certificate.used_by.is_empty() {
        let used: Vec<_> = certificate
            .used_by
            .iter()
            .map(ToString::to_string)
            .collect();
        rows.push(row("used by", used.join(", ")));
    }
    columns(&rows)
}

/// A certificate for programs.
pub fn certificate_json(certificate: &StoredCertificate, now: Timestamp) -> Value {
    json!({
        "name": certificate.name,
        "state": state_word(certificate.state),
        "origin": origin_word(certificate.origin),
        "private_key": certificate.secret_id.is_some(),
        "facts": certificate.facts,
        "days_left": certificate.facts.as_ref().map(|facts| remaining_days(facts, now)),
        "used_by": certificate.used_by,
    })
}

const fn state_word(state: CertificateState) -> &'static str {
    match state {
        CertificateState::Intended => "begun",
        CertificateState::Ready => "ready",
        CertificateState::Retired => "retired",
    }
}

const fn origin_word(origin: CertificateOrigin) -> &'static str {
    match origin {
        CertificateOrigin::Made => "made here",
        CertificateOrigin::Imported => "imported",
        CertificateOrigin::Product => "given by the product",
    }
}

/// What can be done with a connection that is complete.
pub fn next_commands(connection: &Connection) -> String {
    let name = &connection.name;
    let mut text = format!("\nNext: `fairlead test {name} --inspect` tests it again");
    if connection.credential == CredentialKind::Certificate && connection.certificate.is_some() {
        let _ = write!(
            text,
            "; `fairlead certificate export {name} --format pfx --out {name}.pfx` writes its certificate"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn columns_line_up_and_the_last_one_runs_on() {
        let rows = [
            ["a".to_owned(), "long text".to_owned()],
            ["übung".to_owned(), "x".to_owned()],
        ];
        assert_eq!(columns(&rows), "a      long text\nübung  x\n");
    }
}
