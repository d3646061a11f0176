use std::collections::BTreeMap;

use fairlead_app::show::{self, SheetAbout, SheetFormat};
use fairlead_app::{
    App, ConnectAsk, Connected, KeyBits, Lifetime, StepStatus, WhichApp, WhichCertificate, listing,
};
use fairlead_domain::problem::ProblemCode;
use fairlead_domain::profile::{CredentialKind, PermissionSet, Profile};
use serde_json::json;

use crate::args::{ConnectArgs, CredentialArg, PermissionsArg};
use crate::attendant::{Opener, Terminal};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::{prompt, signing};

pub(super) async fn run(app: &App, args: ConnectArgs, printer: &Printer) -> Result<bool, Failure> {
    let terminal = Terminal::new(printer, Opener::of(&args.sign_in));
    let profile = fairlead_app::profile(&args.profile)?;
    let (plan_only, yes, request_file) = (args.plan, args.yes, args.request_file.clone());
    let title = profile.title.clone();
    let asked = ask(&args, profile)?;
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
        if !prompt::confirm("Do this?", "--yes")? {
            return Err(Failure::rule(ProblemCode::Cancelled, "nothing was changed"));
        }
    }
    let (connected, chosen) = app.connect(asked, &terminal).await?;
    printer.quiet();
    if printer.is_verbose() {
        printer.say(format_args!("    secrets: {}", chosen.why));
    }
    if let (Some((_, _, text)), Some(file)) = (connected.waiting(), &request_file) {
        if file.as_os_str() == "-" {
            printer.data(text)?;
        } else {
            fairlead_app::write_private(file, text.as_bytes(), true)?;
            printer.say(format_args!("    What to send is in {}", file.display()));
        }
    }
    walk(&connected, &title, printer)?;
    Ok(connected.is_well())
}

/// Prints what a run of the wizard came to.
pub(crate) fn walk(connected: &Connected, title: &str, printer: &Printer) -> Result<(), Failure> {
    let connection = &connected.connection;
    if printer.is_json() {
        let steps: Vec<_> = connection
            .steps
            .iter()
            .map(|(step, record)| {
                json!({"id": step, "title": step.title(), "status": record.status, "detail": record.detail, "at": record.at})
            })
            .collect();
        let values = connected.values.as_ref().map(|sheet| &sheet.values);
        return printer.json(&json!({
            "schema": 1,
            "connection": connection.name,
            "profile": connection.profile,
            "well": connected.is_well(),
            "steps": steps,
            "report": connected.report,
            "values": values,
        }));
    }
    if let Some(report) = &connected.report {
        printer.say(show::report_text(report, printer.talk_style()));
    }
    if printer.is_verbose()
        && let Some(report) = &connected.report
    {
        printer.say(show::timing_text(report, connected.chain));
    }
    if let Some((step, person, _)) = connected.waiting() {
        printer.say(format_args!(
            "The step `{}` waits for {}; run the same command again when it is done.",
            step.as_str(),
            person.title()
        ));
    }
    if let Some(values) = &connected.values {
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
    let unfinished = connection
        .steps
        .values()
        .any(|record| matches!(record.status, StepStatus::Failed { .. }));
    if !unfinished && connected.waiting().is_none() {
        printer.say(listing::next_commands(connection));
    }
    Ok(())
}

fn ask(args: &ConnectArgs, profile: &'static Profile) -> Result<ConnectAsk, Failure> {
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
        file => WhichCertificate::File(std::fs::read(file).map_err(|error| {
            Failure::rule(
                ProblemCode::FileUnreadable,
                format!("the certificate file `{file}`: {error}"),
            )
        })?),
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
        inputs: inputs(args, profile, app, credential)?,
        sign_in,
        inspect: args.inspect,
        patience: args.patience.map(std::time::Duration::from_secs),
    })
}

pub(super) fn bits(bits: u32) -> Result<KeyBits, Failure> {
    KeyBits::try_from(bits)
        .map_err(|error| Failure::rule(ProblemCode::InputInvalid, error.to_string()))
}

pub(super) fn lifetime(days: u32) -> Result<Lifetime, Failure> {
    Lifetime::days(days)
        .map_err(|error| Failure::rule(ProblemCode::InputInvalid, error.to_string()))
}

/// The answers to the profile's questions: from `--set`, else asked on a terminal.
fn inputs(
    args: &ConnectArgs,
    profile: &'static Profile,
    app: Option<WhichApp>,
    credential: Option<CredentialKind>,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut given = BTreeMap::new();
    for pair in &args.set {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            Failure::rule(
                ProblemCode::InputInvalid,
                format!("`{pair}` is not of the form `name=value`"),
            )
        })?;
        given.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    if !args.yes && prompt::can_ask() && !args.plan {
        for input in App::questions(profile, app, credential) {
            if !given.contains_key(&input.name) {
                let answer = prompt::text(
                    &input.label,
                    &input.example,
                    input.default.as_deref(),
                    input.optional,
                )?;
                given.insert(input.name.clone(), answer);
            }
        }
    }
    Ok(given)
}
