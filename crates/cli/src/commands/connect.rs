use std::collections::BTreeMap;
use std::path::Path;

use fairlead_app::show::{self, SheetAbout, SheetFormat};
use fairlead_app::{
    App, AppChoice, ConnectAsk, Connected, KeyBits, Lifetime, WhichCertificate, listing,
};
use fairlead_domain::profile::{CredentialKind, PermissionSet, Profile};
use fairlead_domain::remedy::{Person, StepId};
use serde_json::{Value, json};

use super::say_where_secrets_go;
use crate::args::{ConnectArgs, CredentialArg, PermissionsArg};
use crate::attendant::{Opener, Terminal};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::{prompt, signing};

pub(super) async fn run(app: &App, args: ConnectArgs, printer: &Printer) -> Result<bool, Failure> {
    let terminal = Terminal::new(printer, Opener::of(&args.sign_in));
    let profile = fairlead_app::connectable(&args.profile)?;
    let (plan_only, yes) = (args.plan, args.yes);
    let title = profile.title.clone();
    let asked = ask(&args, profile, printer)?;
    if plan_only || !yes {
        let plan = app.plan(&asked).await?;
        if plan_only {
            if printer.is_json() {
                printer.json(&plan)?;
            } else {
                printer.data(show::plan_text(&plan, printer.style()))?;
            }
            return Ok(true);
        }
        printer.say(show::plan_text(&plan, printer.talk_style()));
        if !prompt::confirm(printer, "Do this?", "--yes")? {
            return Err(Failure::declined("nothing was changed: the answer was no"));
        }
    }
    say_where_secrets_go(app, &app.cloud_of(&asked).await?, printer).await?;
    let (connected, chosen) = app.connect(asked, &terminal).await?;
    printer.quiet();
    if printer.is_verbose() {
        printer.remark(&format!("secrets: {}", chosen.why));
    }
    match args.request_file.as_deref() {
        Some(file) if file.as_os_str() != "-" => {
            request_to_file(&connected, file, printer)?;
            walk(&connected, &title, printer)?;
            say_next(&connected, printer);
        }
        Some(_) if !printer.is_json() && connected.waiting().is_some() => {
            request_as_data(&connected, printer)?;
        }
        _ => {
            walk(&connected, &title, printer)?;
            say_next(&connected, printer);
        }
    }
    Ok(connected.is_well())
}

/// What can be done with a connection that is complete.
fn say_next(connected: &Connected, printer: &Printer) {
    if !printer.is_json() && connected.report.is_some() {
        let next = listing::next_commands(&connected.connection, printer.talk_style());
        printer.say(format_args!("\n{next}"));
    }
}

/// Writes what to send to the person whom a step waits for.
fn request_to_file(connected: &Connected, file: &Path, printer: &Printer) -> Result<(), Failure> {
    if let Some((_, _, text)) = connected.waiting() {
        fairlead_app::write_private(file, text.as_bytes(), true)?;
        printer.remark(&format!("What to send is in `{}`", file.display()));
    }
    Ok(())
}

/// Prints it, and nothing else: it can be piped into a mail.
fn request_as_data(connected: &Connected, printer: &Printer) -> Result<(), Failure> {
    let Some((step, person, text)) = connected.waiting() else {
        return Ok(());
    };
    printer.data(text)?;
    printer.say(goes_on(step, person));
    Ok(())
}

fn goes_on(step: StepId, person: Person) -> String {
    format!(
        "The step \"{}\" waits for {}; the same command goes on when that is done.",
        step.title(),
        person.title()
    )
}

/// What a run of the wizard came to, for programs.
pub(crate) fn walk_json(connected: &Connected) -> Value {
    let connection = &connected.connection;
    json!({
        "schema": 1,
        "connection": connection.name,
        "profile": connection.profile,
        "well": connected.is_well(),
        "steps": listing::step_json(connection),
        "report": connected.report,
        "values": connected.values.as_ref().map(|sheet| &sheet.values),
    })
}

/// Prints what a run of the wizard came to.
pub(crate) fn walk(connected: &Connected, title: &str, printer: &Printer) -> Result<(), Failure> {
    let connection = &connected.connection;
    if printer.is_json() {
        return printer.json(&walk_json(connected));
    }
    let style = printer.talk_style();
    if let Some(report) = &connected.report {
        printer.say(format_args!("\n{}", show::report_text(report, style)));
        if printer.is_verbose() {
            printer.say(show::timing_text(report, connected.chain));
        }
    }
    if let Some((step, person, text)) = connected.waiting() {
        printer.say(format_args!(
            "\n{}\n{}",
            show::waiting_text(step, person, text, style),
            goes_on(step, person)
        ));
    }
    if let Some(values) = &connected.values {
        printer.say("");
        let tenant = connection.tenant.to_string();
        let about = SheetAbout {
            title,
            tenant: Some(&tenant),
            simulated: App::is_simulated(connection),
            generated: jiff::Timestamp::now(),
            version: env!("CARGO_PKG_VERSION"),
        };
        printer.data(show::hand_over(values, SheetFormat::Text, &about))?;
    }
    Ok(())
}

fn ask(
    args: &ConnectArgs,
    profile: &'static Profile,
    printer: &Printer,
) -> Result<ConnectAsk, Failure> {
    let sign_in = signing::options(&args.sign_in)?;
    let credential = args.credential.map(|credential| match credential {
        CredentialArg::Certificate => CredentialKind::Certificate,
        CredentialArg::Secret => CredentialKind::Secret,
        CredentialArg::Account => CredentialKind::Account,
        CredentialArg::ServiceAccount => CredentialKind::ServiceAccount,
    });
    let app = args.app.map(|app| app.0);
    let certificate = match args.certificate.as_str() {
        "new" => WhichCertificate::New,
        "none" => WhichCertificate::None,
        file => WhichCertificate::File(
            std::fs::read(file).map_err(|error| Failure::unreadable(file, &error))?,
        ),
    };
    Ok(ConnectAsk {
        profile: args.profile.clone(),
        name: args.name.parse()?,
        tenant: args.tenant.parse()?,
        app,
        credential,
        certificate,
        password: args
            .password_file
            .as_deref()
            .map(prompt::secret_from)
            .transpose()?,
        secret: args
            .secret_file
            .as_deref()
            .map(prompt::secret_from)
            .transpose()?,
        bits: bits(args.bits)?,
        lifetime: lifetime(args.days)?,
        consent: signing::consent(args.consent, sign_in.way),
        permissions: match args.permissions {
            PermissionsArg::Product => PermissionSet::Product,
            PermissionsArg::Least => PermissionSet::Least,
        },
        inputs: inputs(args, profile, app, credential, printer)?,
        sign_in,
        inspect: args.inspect,
        patience: args.patience.map(std::time::Duration::from_secs),
    })
}

pub(super) fn bits(bits: u32) -> Result<KeyBits, Failure> {
    KeyBits::try_from(bits).map_err(|error| Failure::usage(error.to_string()))
}

pub(super) fn lifetime(days: u32) -> Result<Lifetime, Failure> {
    Lifetime::days(days).map_err(|error| Failure::usage(error.to_string()))
}

/// The answers to the profile's questions: from `--set`, else asked on a terminal.
fn inputs(
    args: &ConnectArgs,
    profile: &'static Profile,
    app: Option<AppChoice>,
    credential: Option<CredentialKind>,
    printer: &Printer,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut given = BTreeMap::new();
    for pair in &args.set {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            Failure::usage(format!(
                "`{pair}` is not of the form `NAME=VALUE` that `--set` takes"
            ))
        })?;
        given.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    if !args.yes && prompt::can_ask() && !args.plan {
        for input in App::questions(profile, app, credential) {
            if !given.contains_key(&input.name) {
                let answer = prompt::input(printer, input)?;
                given.insert(input.name.clone(), answer);
            }
        }
    }
    Ok(given)
}
