use std::path::Path;

use fairlead_app::{App, Removal, listing};
use fairlead_domain::Secret;
use fairlead_domain::problem::ProblemCode;
use serde_json::json;

use crate::args::ConnectionsCommand;
use crate::attendant::{Opener, Terminal};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::{prompt, signing};

pub(super) async fn run(
    app: &App,
    command: Option<ConnectionsCommand>,
    printer: &Printer,
) -> Result<bool, Failure> {
    match command.unwrap_or(ConnectionsCommand::List) {
        ConnectionsCommand::List => list(app, printer).await,
        ConnectionsCommand::Show { name } => show_one(app, &name, printer).await,
        ConnectionsCommand::Remove {
            name,
            everywhere,
            yes,
            sign_in,
        } => {
            let name = name.parse()?;
            let connection = app.connection(&name).await?;
            if !yes {
                printer.say(listing::removal_text(&connection, everywhere));
                if !prompt::confirm("Remove?", "--yes")? {
                    return Err(Failure::rule(ProblemCode::Cancelled, "nothing was removed"));
                }
            }
            let removal = if everywhere {
                Removal::Everywhere(signing::options(&sign_in)?)
            } else {
                Removal::Here
            };
            let terminal = Terminal::new(printer, Opener::of(&sign_in));
            app.remove(&name, removal, &terminal).await?;
            if printer.is_json() {
                printer.json(&json!({"schema": 1, "removed": name, "everywhere": everywhere}))?;
            } else {
                printer.data(format_args!(
                    "Connection {name} removed{}",
                    if everywhere { " everywhere" } else { "" }
                ))?;
            }
            Ok(true)
        }
        ConnectionsCommand::Export {
            name,
            out,
            transfer_passphrase_file,
        } => {
            export(
                app,
                &name,
                out.as_deref(),
                transfer_passphrase_file.as_deref(),
                printer,
            )
            .await
        }
        ConnectionsCommand::Import {
            file,
            transfer_passphrase_file,
        } => import(app, &file, transfer_passphrase_file.as_deref(), printer).await,
    }
}

async fn list(app: &App, printer: &Printer) -> Result<bool, Failure> {
    let all = app.connections().await?;
    if printer.is_json() {
        let rows: Vec<_> = all
            .iter()
            .map(|(connection, report)| listing::connection_json(connection, report.as_ref()))
            .collect();
        printer.json(&json!({"schema": 1, "connections": rows}))?;
    } else if all.is_empty() {
        printer.say("No connections yet. `fairlead connect` makes one; `fairlead demo` shows how.");
    } else {
        printer.data(listing::connections_text(&all))?;
    }
    Ok(true)
}

async fn show_one(app: &App, name: &str, printer: &Printer) -> Result<bool, Failure> {
    let name = name.parse()?;
    let connection = app.connection(&name).await?;
    let report = app
        .connections()
        .await?
        .into_iter()
        .find(|(other, _)| other.name == connection.name)
        .and_then(|(_, report)| report);
    if printer.is_json() {
        printer.json(&json!({"schema": 1, "connection": listing::connection_json(&connection, report.as_ref())}))?;
    } else {
        printer.data(listing::connection_text(&connection, report.as_ref()))?;
    }
    Ok(true)
}

async fn export(
    app: &App,
    name: &str,
    out: Option<&Path>,
    passphrase: Option<&str>,
    printer: &Printer,
) -> Result<bool, Failure> {
    let passphrase = passphrase.map(prompt::secret_from).transpose()?;
    let exported = app
        .export_connection(&name.parse()?, passphrase.as_ref())
        .await?;
    match out {
        Some(out) => {
            fairlead_app::write_private(out, &exported.bytes, false)?;
            printer.say(format_args!("Written, mode 0600: {}", out.display()));
        }
        None => printer.data(String::from_utf8_lossy(&exported.bytes))?,
    }
    if passphrase.is_none() {
        printer.say("Without its secrets: `--transfer-passphrase-file` writes them too, under a passphrase.");
    }
    for id in &exported.missing {
        printer.say(format_args!(
            "warning: `{id}` is not in the secret store and is not in the file"
        ));
    }
    Ok(exported.missing.is_empty())
}

async fn import(
    app: &App,
    file: &Path,
    passphrase: Option<&str>,
    printer: &Printer,
) -> Result<bool, Failure> {
    let bytes = std::fs::read(file).map_err(|error| {
        Failure::rule(
            ProblemCode::FileUnreadable,
            format!("the file `{}`: {error}", file.display()),
        )
    })?;
    let sealed = bytes.starts_with(b"-----BEGIN AGE");
    let passphrase: Option<Secret<String>> = match passphrase {
        Some(file) => Some(prompt::secret_from(file)?),
        None if sealed && prompt::can_ask() => Some(prompt::password("The file's passphrase")?),
        None => None,
    };
    let connection = app.import_connection(bytes, passphrase).await?;
    if printer.is_json() {
        printer.json(&json!({"schema": 1, "connection": connection.name}))?;
    } else {
        printer.data(format_args!(
            "Connection {} taken over; `fairlead test {0}` tests it",
            connection.name
        ))?;
    }
    Ok(true)
}
