//! One file for each command: translate what was asked, call `app`, print what comes back.

mod certificate;
mod connect;
mod connections;
mod diagnostics;
mod explain;
mod profiles;
mod secrets;
mod sim;
mod test;
mod values;

pub(crate) use connect::{walk, walk_json};
pub(crate) use sim::not_started;

use std::collections::BTreeMap;

use clap::CommandFactory;
use fairlead_app::{App, CloudChoice, Configuration, ProxyChoice, StoreKind, StoreRequest};
use fairlead_domain::problem::ProblemCode;
use serde_json::json;

use crate::args::{
    CertificateCommand, Cli, Command, ConnectionsCommand, Global, NewArgs, ProfilesCommand,
    StoreArg,
};
use crate::demo;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::signals::Interrupts;

/// Runs a command; `true` when all is well, `false` when the situation failed.
pub(crate) async fn run(cli: Cli, printer: &Printer) -> Result<bool, Failure> {
    let Cli { global, command } = cli;
    let known = known(&command);
    let by_itself = matches!(command, Command::Sim(_));
    let mut interrupts = Interrupts::listen();
    let work = async {
        match command {
            Command::Demo { headless, report } => {
                Box::pin(demo::run(headless, report, printer)).await
            }
            Command::Sim(args) => sim::run(*args, printer).await,
            Command::Profiles { command } => profiles::run(command, printer),
            Command::Connect(args) => Box::pin(connect::run(&open(&global)?, *args, printer)).await,
            Command::Connections { command } => {
                Box::pin(connections::run(&open(&global)?, command, printer)).await
            }
            Command::Test(args) => test::run(&open(&global)?, *args, printer).await,
            Command::Values { name, format } => {
                values::run(&open(&global)?, &name, format, printer).await
            }
            Command::Certificate { command } => {
                certificate::run(&open(&global)?, command, printer).await
            }
            Command::Explain { text } => explain::run(&text, printer),
            Command::Diagnostics { name, mask } => {
                diagnostics::run(&open(&global)?, &name, mask, printer).await
            }
            Command::Secrets { command } => secrets::run(&global, command, printer).await,
            Command::Completions { shell } => completions(shell, printer),
        }
    };
    let interrupted = async {
        if by_itself {
            std::future::pending::<()>().await;
        }
        interrupts.next().await;
    };
    let result = tokio::select! {
        result = Box::pin(work) => result,
        () = interrupted => Err(Failure::rule(
            ProblemCode::Cancelled,
            "interrupted; what was begun is remembered, and the same command goes on from there",
        )),
    };
    result.map_err(|failure| failure.fill(&known))
}

/// Whether Ctrl-C is how a command is meant to end.
pub(crate) const fn ends_by_interrupt(cli: &Cli) -> bool {
    matches!(cli.command, Command::Sim(_))
}

fn completions(shell: clap_complete::Shell, printer: &Printer) -> Result<bool, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "fairlead", &mut text);
    let text = String::from_utf8_lossy(&text);
    if printer.is_json() {
        printer.json(&json!({"schema": 1, "shell": shell.to_string(), "text": text}))?;
    } else {
        printer.data(text)?;
    }
    Ok(true)
}

/// Says once, before the first secret of a realm is kept, where it will be and why there.
pub(super) async fn say_where_secrets_go(
    app: &App,
    cloud: &CloudChoice,
    printer: &Printer,
) -> Result<(), Failure> {
    if let Some((place, chosen)) = app.first_keeping(cloud).await? {
        printer.remark(&format!("Secrets are kept in {place}. {}", chosen.why));
    }
    Ok(())
}

/// What a command line tells of the case at hand: it fills the texts of problems.
fn known(command: &Command) -> BTreeMap<&'static str, String> {
    let connection = |name: &String| BTreeMap::from([("connection", name.clone())]);
    match command {
        Command::Connect(args) => BTreeMap::from([
            ("connection", args.name.clone()),
            ("profile", args.profile.clone()),
            ("tenant", args.tenant.clone()),
        ]),
        Command::Test(args) => {
            let mut known = args.name.as_ref().map(connection).unwrap_or_default();
            if let [check] = args.checks.as_slice() {
                known.insert("check", check.clone());
            }
            known
        }
        Command::Values { name, .. }
        | Command::Diagnostics { name, .. }
        | Command::Connections {
            command:
                Some(
                    ConnectionsCommand::Show { name }
                    | ConnectionsCommand::Remove { name, .. }
                    | ConnectionsCommand::Export { name, .. },
                ),
        } => connection(name),
        Command::Certificate {
            command: Some(CertificateCommand::Rotate(args)),
        } => connection(&args.connection),
        Command::Certificate {
            command: Some(CertificateCommand::Export(args)),
        } => BTreeMap::from([
            ("certificate", args.name.clone()),
            ("connection", args.name.clone()),
        ]),
        Command::Certificate {
            command: Some(CertificateCommand::Import { name, file, .. }),
        } => BTreeMap::from([
            ("certificate", name.clone()),
            ("file", file.display().to_string()),
        ]),
        Command::Certificate {
            command:
                Some(
                    CertificateCommand::Show { name }
                    | CertificateCommand::New(NewArgs { name, .. }),
                ),
        } => BTreeMap::from([("certificate", name.clone())]),
        Command::Connections {
            command: Some(ConnectionsCommand::Import { file, .. }),
        } => BTreeMap::from([("file", file.display().to_string())]),
        Command::Profiles {
            command: Some(ProfilesCommand::Show { id }),
        } => BTreeMap::from([("profile", id.clone())]),
        _ => BTreeMap::new(),
    }
}

/// Opens the product as the global options say.
pub(crate) fn open(global: &Global) -> Result<App, Failure> {
    Ok(App::open(Configuration {
        folder: global.config.clone(),
        cloud: global.cloud.clone(),
        secrets: store_request(global),
        proxy: ProxyChoice::Environment,
    })?)
}

pub(crate) fn store_request(global: &Global) -> StoreRequest {
    StoreRequest {
        kind: global.secret_store.map(store_kind),
        key_file: global.key_file.clone(),
        passphrase_file: global.passphrase_file.clone(),
    }
}

pub(crate) const fn store_kind(store: StoreArg) -> StoreKind {
    match store {
        StoreArg::Keyring => StoreKind::Keyring,
        StoreArg::File => StoreKind::File,
    }
}
