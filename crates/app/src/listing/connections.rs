use std::fmt::Write as _;

use fairlead_domain::profile::{CredentialKind, KeyHolder};
use fairlead_domain::remedy::StepId;
use fairlead_domain::report::Report;
use fairlead_state::Connection;
use fairlead_state::connection::{CreatedKind, StepStatus};
use serde_json::{Value, json};

use super::table::{row, table};
use crate::open::App;
use crate::show::{TextStyle, paint};

/// The list of connections.
pub fn connections_text(all: &[(Connection, Option<Report>)], style: &TextStyle) -> String {
    let rows: Vec<[String; 5]> = all
        .iter()
        .map(|(connection, report)| {
            let simulated = if App::is_simulated(connection) {
                " (simulated)"
            } else {
                ""
            };
            [
                connection.name.to_string(),
                connection.profile.to_string(),
                format!("{}{simulated}", connection.tenant),
                connection.credential.as_str().to_owned(),
                standing(connection, report.as_ref()),
            ]
        })
        .collect();
    let heads = ["name", "profile", "tenant", "credential", "last test"];
    table(Some(heads), &rows, style)
}

/// How a connection stood when it was last looked at.
fn standing(connection: &Connection, report: Option<&Report>) -> String {
    if let Some(report) = report {
        return tested(report);
    }
    let waits = connection
        .steps
        .values()
        .any(|record| matches!(record.status, StepStatus::Waiting { .. }));
    if waits {
        "never, waits for a person".to_owned()
    } else {
        "never".to_owned()
    }
}

fn tested(report: &Report) -> String {
    let when = report.started.strftime("%Y-%m-%d %H:%M UTC");
    format!("{} on {when}", report.verdict)
}

/// One connection: its ids, its steps, what was created for it, its last test.
pub fn connection_text(
    connection: &Connection,
    report: Option<&Report>,
    style: &TextStyle,
) -> String {
    let mut rows = vec![
        row("name", connection.name.to_string()),
        row("profile", connection.profile.to_string()),
        row("app of", connection.owner.as_str()),
        row("credential", connection.credential.as_str()),
        row("cloud", connection.cloud.name()),
        row("tenant", connection.tenant.to_string()),
    ];
    let optional = [
        (
            "tenant id",
            connection.tenant_id.map(|value| value.to_string()),
        ),
        (
            "client id",
            connection.client_id.map(|value| value.to_string()),
        ),
        (
            "enterprise app",
            connection.principal_id.map(|value| value.to_string()),
        ),
        (
            "certificate",
            connection.certificate.as_ref().map(ToString::to_string),
        ),
        (
            "previous certificate",
            connection
                .previous_certificate
                .as_ref()
                .map(ToString::to_string),
        ),
        (
            "account",
            connection
                .account
                .as_ref()
                .map(|account| account.user.to_string()),
        ),
    ];
    let known = optional
        .into_iter()
        .filter_map(|(name, value)| Some(row(name, value?)));
    rows.extend(known);
    let inputs = connection
        .inputs
        .iter()
        .map(|(name, value)| row(name, value));
    rows.extend(inputs);
    rows.push(row(
        "last test",
        report.map_or_else(|| "never".to_owned(), tested),
    ));
    let mut text = table(None, &rows, style);
    let _ = writeln!(text, "\n{}", paint(style.palette.strong, "Steps"));
    text.push_str(&table(None, &steps(connection), style));
    if !connection.created.is_empty() {
        let head =
            "Created in the tenant; `connections remove --everywhere` takes exactly this away";
        let _ = writeln!(text, "\n{}", paint(style.palette.strong, head));
        text.push_str(&table(None, &created(connection), style));
    }
    text
}

fn steps(connection: &Connection) -> Vec<[String; 3]> {
    StepId::ALL
        .iter()
        .filter_map(|step| {
            let record = connection.steps.get(step)?;
            Some([
                format!("  {}", step.title()),
                status_word(&record.status).to_owned(),
                record.detail.clone().unwrap_or_default(),
            ])
        })
        .collect()
}

fn created(connection: &Connection) -> Vec<[String; 2]> {
    connection
        .created
        .iter()
        .map(|object| {
            let kind = match object.kind {
                CreatedKind::Application => "app registration",
                CreatedKind::ServicePrincipal => "enterprise application",
                CreatedKind::AppRoleAssignment => "permission",
                CreatedKind::PermissionGrant => "permissions",
                CreatedKind::Key => "certificate",
                CreatedKind::Password => "client secret",
                CreatedKind::BootstrapGrant => "sign-in client",
            };
            let what = match object.kind {
                CreatedKind::BootstrapGrant => object.added.join(", "),
                CreatedKind::Key => object.what.replace("certificate ", ""),
                _ => object.what.clone(),
            };
            row(&format!("  {kind}"), what)
        })
        .collect()
}

/// A step's status in words.
const fn status_word(status: &StepStatus) -> &'static str {
    match status {
        StepStatus::Pending => "not finished",
        StepStatus::Done => "done",
        StepStatus::AlreadyInPlace => "already in place",
        StepStatus::Waiting { .. } => "waiting for a person",
        StepStatus::Failed { .. } => "failed",
    }
}

/// The steps of a connection for programs, in their order.
pub fn step_json(connection: &Connection) -> Vec<Value> {
    StepId::ALL
        .iter()
        .filter_map(|step| {
            let record = connection.steps.get(step)?;
            let mut value = json!({"id": step, "title": step.title()});
            if let (Value::Object(all), Ok(Value::Object(record))) =
                (&mut value, serde_json::to_value(record))
            {
                all.extend(record);
            }
            Some(value)
        })
        .collect()
}

/// A connection for programs.
pub fn connection_json(connection: &Connection, report: Option<&Report>) -> Value {
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
        "steps": step_json(connection),
        "created": connection.created,
        "last_test": report.map(|report| json!({"verdict": report.verdict, "started": report.started})),
    })
}

/// What removing a connection takes away.
pub fn removal_text(connection: &Connection, everywhere: bool, style: &TextStyle) -> String {
    let name = &connection.name;
    let mut text = format!(
        "Removes from this computer: the connection {name}, its reports, its secrets, its certificates\n"
    );
    if connection.created.is_empty() {
        return text;
    }
    if everywhere {
        let _ = writeln!(text, "Removes from the tenant {}:", connection.tenant);
        text.push_str(&table(None, &created(connection), style));
    } else {
        text.push_str(
            "Leaves in the tenant what was created for it; `--everywhere` removes that too\n",
        );
    }
    text
}

/// What can be done with a connection that is complete.
pub fn next_commands(connection: &Connection, style: &TextStyle) -> String {
    let name = &connection.name;
    let mut rows = vec![
        row(
            &format!("  fairlead test {name} --inspect"),
            "tests it again, with what only an administrator may see",
        ),
        row(
            &format!("  fairlead values {name}"),
            "prints the values to type into the product again",
        ),
    ];
    let has_certificate =
        connection.credential == CredentialKind::Certificate && connection.certificate.is_some();
    if has_certificate && connection.key_holder == KeyHolder::Product {
        let tenant = &connection.tenant;
        let profile = &connection.profile;
        rows.extend([
            row(
                &format!("  fairlead test {name} --inspect --test-key"),
                "proves the app by a sign-in, with a key that is on it for the test alone",
            ),
            row(
                &format!("  fairlead connect {profile} --name {name} --tenant {tenant} --certificate FILE.cer"),
                "puts the product's next certificate on the app",
            ),
        ]);
    } else if has_certificate {
        rows.extend([
            row(
                &format!("  fairlead certificate export {name} --format pfx --out {name}.pfx"),
                "writes its certificate for the product",
            ),
            row(
                &format!("  fairlead certificate rotate {name}"),
                "renews it",
            ),
        ]);
    }
    format!(
        "{}\n{}",
        paint(style.palette.strong, "Next"),
        table(None, &rows, style)
    )
}
