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

pub(crate) use connect::walk as walk_connect;

use std::collections::BTreeMap;

use clap::CommandFactory;
use fairlead_app::{App, Configuration, ProxyChoice, StoreKind, StoreRequest};
use fairlead_domain::problem::ProblemCode;

use crate::args::{CertificateCommand, Cli, Command, ConnectionsCommand, Global, StoreArg};
use crate::demo;
use crate::failure::Failure;
use crate::printer::Printer;

/// Runs a command; `true` when all is well, `false` when the situation failed.
pub(crate) async fn run(cli: Cli, printer: &Printer) -> Result<bool, Failure> {
    let Cli { global, command } = cli;
    let known = known(&command);
    let work = async {
        match command {
            Command::Demo { headless, report } => {
                demo::run(&global, headless, report, printer).await
            }
            Command::Sim(args) => sim::run(*args, printer).await,
            Command::Profiles { command } => profiles::run(command, printer),
            Command::Connect(args) => connect::run(&open(&global)?, *args, printer).await,
            Command::Connections { command } => {
                connections::run(&open(&global)?, command, printer).await
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
            Command::Completions { shell } => {
                let mut text = Vec::new();
                clap_complete::generate(shell, &mut Cli::command(), "fairlead", &mut text);
                printer.data(String::from_utf8_lossy(&text))?;
                Ok(true)
            }
        }
    };
    tokio::select! {
        result = Box::pin(work) => result.map_err(|failure| failure.fill(&known)),
        () = interrupted() => Err(Failure::rule(
            ProblemCode::Cancelled,
            "interrupted; what was begun is remembered, and the same command goes on from there",
        )),
    }
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
        Command::Test(args) => args.name.as_ref().map(connection).unwrap_or_default(),
        Command::Values { name, .. } | Command::Diagnostics { name, .. } => connection(name),
        Command::Certificate {
            command: Some(CertificateCommand::Rotate(args)),
        } => connection(&args.connection),
        Command::Certificate {
            command: Some(CertificateCommand::Export(args)),
        } => BTreeMap::from([
            ("certificate", args.name.clone()),
            ("connection", args.name.clone()),
        ]),
        Command::Connections {
            command:
                Some(
                    ConnectionsCommand::Show { name }
                    | ConnectionsCommand::Remove { name, .. }
                    | ConnectionsCommand::Export { name, .. },
                ),
        } => connection(name),
        _ => BTreeMap::new(),
    }
}

/// Ready when the person presses Ctrl-C.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
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
