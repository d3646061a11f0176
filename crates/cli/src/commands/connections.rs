use std::path::Path;

use fairlead_app::{App, Removal, SecretId, SecretKind, listing};
use fairlead_domain::Secret;
use serde_json::json;

use super::say_where_secrets_go;
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
                let style = printer.talk_style();
                printer.say(listing::removal_text(&connection, everywhere, style));
                if !prompt::confirm(printer, "Remove?", "--yes")? {
                    return Err(Failure::declined("nothing was removed: the answer was no"));
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
            force,
            transfer_passphrase_file,
        } => {
            let out = out.as_deref().map(|out| (out, force));
            let passphrase = transfer_passphrase_file.as_deref();
            export(app, &name, out, passphrase, printer).await
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
        printer.data(listing::connections_text(&all, printer.style()))?;
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
        let style = printer.style();
        printer.data(listing::connection_text(
            &connection,
            report.as_ref(),
            style,
        ))?;
    }
    Ok(true)
}

async fn export(
    app: &App,
    name: &str,
    out: Option<(&Path, bool)>,
    passphrase: Option<&str>,
    printer: &Printer,
) -> Result<bool, Failure> {
    let passphrase = passphrase.map(prompt::secret_from).transpose()?;
    let exported = app
        .export_connection(&name.parse()?, passphrase.as_ref())
        .await?;
    match out {
        Some((out, overwrite)) => {
            fairlead_app::write_private(out, &exported.bytes, overwrite)?;
            if printer.is_json() {
                printer.json(&json!({
                    "schema": 1,
                    "connection": name,
                    "file": out,
                    "secrets": ids(&exported.secrets),
                    "missing": ids(&exported.missing),
                }))?;
            } else {
                printer.data(format_args!("Written, mode 0600: {}", out.display()))?;
            }
        }
        None => printer.data(String::from_utf8_lossy(&exported.bytes))?,
    }
    if passphrase.is_none() {
        printer.say("Without its secrets: `--transfer-passphrase-file` writes them too, under a passphrase.");
    }
    for id in &exported.missing {
        printer.say(format_args!(
            "warning: {} is not in the secret store and is not in the file",
            lacking(id)
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
    let bytes = std::fs::read(file).map_err(|error| Failure::unreadable(file, &error))?;
    let sealed = bytes.starts_with(b"-----BEGIN AGE");
    let passphrase: Option<Secret<String>> = match passphrase {
        Some(file) => Some(prompt::secret_from(file)?),
        None if sealed && prompt::can_ask() => {
            Some(prompt::password(printer, "The file's passphrase")?)
        }
        None => None,
    };
    let transfer = App::read_transfer(bytes, passphrase).await?;
    if !transfer.secrets().is_empty() {
        say_where_secrets_go(app, &transfer.connection().cloud, printer).await?;
    }
    let (connection, missing) = app.import_connection(&transfer).await?;
    let name = &connection.name;
    if printer.is_json() {
        printer.json(&json!({
            "schema": 1,
            "connection": name,
            "missing": ids(&missing),
        }))?;
    } else {
        printer.data(format_args!("Connection {name} taken over"))?;
    }
    for id in &missing {
        printer.say(format_args!(
            "warning: {} did not come along: the file was exported without its secrets",
            lacking(id)
        ));
    }
    if missing.is_empty() {
        printer.say(format_args!("`fairlead test {name}` tests it"));
    } else {
        printer.say(format_args!(
            "Export it again with `--transfer-passphrase-file`, or give it a key of its own here: \
             `fairlead certificate rotate {name} --by admin`"
        ));
    }
    Ok(true)
}

fn ids(ids: &[SecretId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

/// What a secret is, for a person who misses it.
fn lacking(id: &SecretId) -> String {
    match id.kind() {
        SecretKind::CertificateKey => format!("the private key of the certificate `{}`", id.name()),
        SecretKind::ClientSecret => "the client secret".to_owned(),
        SecretKind::RefreshToken => "the account's sign-in".to_owned(),
    }
}
