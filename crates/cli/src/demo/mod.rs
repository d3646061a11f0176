//! The whole way on a simulated tenant: for a newcomer, for a look at the product, for a machine that
//! checks itself.

mod walker;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fairlead_app::show::{self, Walk, WalkedConnection};
use fairlead_app::{
    App, Configuration, ConnectAsk, ConsentWay, KeyBits, Lifetime, ProxyChoice, SignInOptions,
    SignInWay, StepStatus, StoreKind, StoreRequest, WhichCertificate,
};
use fairlead_domain::problem::Problem;
use fairlead_domain::profile::PermissionSet;
use fairlead_sim::options::Options;
use serde_json::{Value, json};

use crate::args::SignInArgs;
use crate::attendant::{Opener, Terminal};
use crate::commands::{not_started, walk, walk_json};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::prompt;
pub(crate) use walker::Walker;

/// What to do after a demo.
const NEXT: &str = "
That was the whole way, on a tenant that was simulated. With yours:
  fairlead profiles
  fairlead connect planner-data-mart --name reports --tenant contoso.com --plan";

/// The profiles that are walked.
const PROFILES: [&str; 1] = ["planner-data-mart"];

pub(crate) async fn run(
    headless: bool,
    report: Option<PathBuf>,
    printer: &Printer,
) -> Result<bool, Failure> {
    let headless = headless || !prompt::can_ask();
    // What the demo makes is of no use without its simulated tenant: nothing of it is kept, and no
    // configuration is touched.
    let folder = tempfile::Builder::new()
        .prefix("fairlead-demo-")
        .tempdir()
        .map_err(|error| Failure::unwritable(std::env::temp_dir(), &error))?;
    walk_all(folder.path(), headless, report.as_deref(), printer).await
}

async fn walk_all(
    folder: &Path,
    headless: bool,
    report: Option<&Path>,
    printer: &Printer,
) -> Result<bool, Failure> {
    let began = Instant::now();
    let options = Options {
        auto_consent: headless,
        ..Options::default()
    };
    let tenant = fairlead_sim::start(options)
        .await
        .map_err(|error| not_started(&error))?;
    let ready = tenant.ready();
    printer.say(format_args!(
        "Simulated tenant {}: nothing leaves this computer, and nothing of it is kept.",
        ready.domain
    ));
    if !headless {
        printer.say(format_args!(
            "Sign in as {} with the password {}",
            ready.admin.user, ready.admin.password
        ));
    }
    printer.say("");
    let cloud = folder.join("simulated-cloud.json");
    let line = serde_json::to_string(ready).unwrap_or_default();
    fairlead_app::write_private(&cloud, line.as_bytes(), true)?;
    let app = App::open(Configuration {
        folder: Some(folder.to_owned()),
        cloud: Some(cloud.display().to_string()),
        // The demo leaves nothing in the person's own keyring.
        secrets: StoreRequest {
            kind: Some(StoreKind::File),
            ..StoreRequest::default()
        },
        // The simulated tenant is on this computer, where no proxy leads.
        proxy: ProxyChoice::Direct,
    })?;
    let mut walked = Vec::new();
    let mut results = Vec::new();
    for profile in PROFILES {
        let (connection, result) = one(&app, profile, &ready.domain, headless, printer).await?;
        walked.push(connection);
        results.push(result);
    }
    let all_well = walked.iter().all(|walked| {
        walked.problem.is_none()
            && walked
                .report
                .as_ref()
                .is_some_and(|report| !report.verdict.needs_attention())
    });
    if let Some(file) = report {
        let walk = Walk {
            title: "Fairlead demo",
            simulated: true,
            generated: jiff::Timestamp::now(),
            version: env!("CARGO_PKG_VERSION"),
            took: Some(began.elapsed()),
            connections: walked,
        };
        write_report(file, &show::walk_html(&walk))?;
        printer.say(format_args!("\nReport: {}", file.display()));
    }
    if printer.is_json() {
        let result =
            json!({"schema": 1, "well": all_well, "connections": results, "report": report});
        printer.json(&result)?;
    } else {
        printer.say(NEXT);
    }
    tenant.stop().await;
    Ok(all_well)
}

async fn one(
    app: &App,
    profile: &str,
    domain: &str,
    headless: bool,
    printer: &Printer,
) -> Result<(WalkedConnection, Value), Failure> {
    let title = fairlead_app::profile(profile)?.title.clone();
    let ask = ConnectAsk {
        profile: profile.to_owned(),
        name: format!("demo-{profile}").parse()?,
        tenant: domain.parse()?,
        app: None,
        credential: None,
        certificate: WhichCertificate::New,
        password: None,
        secret: None,
        bits: KeyBits::default(),
        lifetime: Lifetime::default(),
        consent: ConsentWay::Browser,
        permissions: PermissionSet::Product,
        inputs: std::collections::BTreeMap::new(),
        sign_in: SignInOptions {
            way: SignInWay::Browser,
            client: None,
            login_hint: None,
            limit: Duration::from_mins(10),
        },
        inspect: true,
        patience: None,
    };
    let name = ask.name.clone();
    let opener = if headless {
        Opener::Walker(Walker::new())
    } else {
        Opener::of(&SignInArgs::default())
    };
    if !headless {
        printer.say(show::plan_text(
            &app.plan(&ask).await?,
            printer.talk_style(),
        ));
        if !prompt::confirm(printer, "Do this?", "--headless")? {
            return Err(Failure::declined("nothing was changed: the answer was no"));
        }
    }
    let terminal = Terminal::new(printer, opener);
    let result = app.connect(ask, &terminal).await;
    printer.quiet();
    let connection = app.connection(&name).await?;
    let mut walked = WalkedConnection {
        name,
        profile: connection.profile.clone(),
        profile_title: title.clone(),
        tenant: connection.tenant.clone(),
        tenant_id: connection.tenant_id,
        domain: connection.domain.clone(),
        steps: terminal.recorded(),
        problem: None,
        report: None,
        chain: None,
        values: None,
    };
    let result = match result {
        Ok((connected, _)) => {
            if !printer.is_json() {
                walk(&connected, &title, printer)?;
            }
            let result = walk_json(&connected);
            (walked.report, walked.chain, walked.values) =
                (connected.report, connected.chain, connected.values);
            result
        }
        Err(error) => {
            let problem = error.problem();
            printer.say(show::problem_text(&problem, printer.talk_style()));
            walked.problem = connection
                .steps
                .values()
                .find_map(|record| match &record.status {
                    StepStatus::Failed { code, what } => Some(Problem::new(*code, what.clone())),
                    _ => None,
                });
            json!({"schema": 1, "connection": walked.name, "well": false, "problem": problem})
        }
    };
    Ok((walked, result))
}

fn write_report(file: &Path, page: &str) -> Result<(), Failure> {
    if let Some(parent) = file
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        std::fs::create_dir_all(parent).map_err(|error| Failure::unwritable(parent, &error))?;
    }
    std::fs::write(file, page).map_err(|error| Failure::unwritable(file, &error))
}
