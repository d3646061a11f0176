use fairlead_app::{App, StoreRequest, listing};
use serde_json::json;

use super::{open, store_kind};
use crate::args::{Global, SecretsCommand};
use crate::failure::Failure;
use crate::printer::Printer;

pub(super) async fn run(
    global: &Global,
    command: Option<SecretsCommand>,
    printer: &Printer,
) -> Result<bool, Failure> {
    match command.unwrap_or(SecretsCommand::Where) {
        SecretsCommand::NewKey { file } => {
            App::new_secrets_key(&file)?;
            if printer.is_json() {
                printer.json(&json!({"schema": 1, "file": file}))?;
            } else {
                printer.data(format_args!(
                    "Key file written, mode 0600: {}\nUse it with `--key-file`, and keep a copy of it: without it the secrets are lost.",
                    file.display()
                ))?;
            }
        }
        SecretsCommand::Where => {
            let places = open(global)?.where_secrets_are().await?;
            if printer.is_json() {
                let rows: Vec<_> = places
                    .iter()
                    .map(|(realm, place, chosen)| {
                        json!({"realm": realm.to_string(), "store": chosen.which.as_str(), "where": place, "why": chosen.why})
                    })
                    .collect();
                printer.json(&json!({"schema": 1, "secrets": rows}))?;
            } else {
                let places: Vec<_> = places
                    .into_iter()
                    .map(|(realm, place, chosen)| (realm, place, chosen.why))
                    .collect();
                printer.data(listing::secrets_text(&places, printer.style()))?;
            }
        }
        SecretsCommand::Move {
            to,
            to_key_file,
            to_passphrase_file,
        } => {
            let request = StoreRequest {
                kind: to.map(store_kind),
                key_file: to_key_file,
                passphrase_file: to_passphrase_file,
            };
            let moved = open(global)?.move_secrets(request).await?;
            let count: usize = moved.iter().map(|(_, _, moved)| moved.moved.len()).sum();
            if printer.is_json() {
                printer.json(&json!({"schema": 1, "moved": count}))?;
            } else if count == 0 {
                printer.data("There was nothing to move")?;
            } else {
                let secrets = if count == 1 { "secret" } else { "secrets" };
                printer.data(format_args!(
                    "{count} {secrets} moved, read back, and deleted where they were"
                ))?;
                for (realm, place, _) in
                    moved.iter().filter(|(_, _, moved)| !moved.moved.is_empty())
                {
                    printer.say(format_args!("{realm} connections: {place}"));
                }
            }
        }
    }
    Ok(true)
}
