use std::path::Path;

use fairlead_app::show::{self, ReportExtra};
use fairlead_app::{App, InspectorAsk, TestAsk, Tested};
use fairlead_domain::check::CheckResult;
use fairlead_domain::ids::{CheckId, ConnectionName};
use fairlead_domain::problem::ProblemCode;
use serde_json::json;

use crate::args::TestArgs;
use crate::attendant::{Opener, Terminal};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::signing;

pub(super) async fn run(app: &App, args: TestArgs, printer: &Printer) -> Result<bool, Failure> {
    let only = args
        .checks
        .iter()
        .map(|id| id.parse())
        .collect::<Result<Vec<CheckId>, _>>()?;
    let names: Vec<ConnectionName> = match &args.name {
        Some(name) => vec![name.parse()?],
        None => app
            .connections()
            .await?
            .into_iter()
            .map(|(connection, _)| connection.name)
            .collect(),
    };
    if names.is_empty() {
        return Err(Failure::rule(
            ProblemCode::ConnectionUnknown,
            "there is no connection to test; `fairlead connect` makes one",
        ));
    }
    let inspector = if args.inspect {
        Some(InspectorAsk {
            sign_in: signing::options(&args.sign_in)?,
        })
    } else {
        None
    };
    let mut all_well = true;
    let mut reports = Vec::new();
    for name in &names {
        let ask = TestAsk {
            only: only.clone(),
            inspector: inspector.clone(),
            write_probe: args.write_probe,
            test_key: args.test_key,
        };
        let tested = Box::pin(one(app, name, ask, &args, printer)).await?;
        all_well &= !tested.report.verdict.needs_attention();
        if let Some(file) = &args.report {
            write_page(app, file, &tested, args.all, printer).await?;
        }
        reports.push(tested.report);
    }
    if printer.is_json() {
        match (&args.name, reports.as_slice()) {
            (Some(_), [report]) => printer.json(report)?,
            _ => printer.json(&json!({"schema": 1, "reports": reports}))?,
        }
    }
    Ok(all_well)
}

async fn one(
    app: &App,
    name: &ConnectionName,
    ask: TestAsk,
    args: &TestArgs,
    printer: &Printer,
) -> Result<Tested, Failure> {
    let terminal = Terminal::new(printer, Opener::of(&args.sign_in));
    printer.busy(format!("testing {name}"));
    let text = !printer.is_json();
    // A line that can't be written is noticed when the summary is printed.
    let tell = |check: &CheckResult| {
        if text {
            let _ = printer.check(check);
        }
    };
    if text && args.all {
        printer.data(format_args!("{name}"))?;
    }
    let tested = Box::pin(app.test(name, ask, &terminal, &tell)).await?;
    printer.quiet();
    if text {
        printer.data(show::report_text(&tested.report, printer.style()))?;
    }
    if printer.is_verbose() {
        printer.say(show::timing_text(&tested.report, Some(tested.chain)));
    }
    Ok(tested)
}

async fn write_page(
    app: &App,
    file: &Path,
    tested: &Tested,
    several: bool,
    printer: &Printer,
) -> Result<(), Failure> {
    let report = &tested.report;
    let connection = app.connection(&report.connection).await?;
    let tenant = connection.tenant.to_string();
    let title = fairlead_app::profile(connection.profile.as_str())
        .ok()
        .map(|profile| profile.title.as_str());
    let page = show::report_html(
        report,
        &ReportExtra {
            chain: Some(tested.chain),
            simulated: App::is_simulated(&connection),
            generated: jiff::Timestamp::now(),
            version: env!("CARGO_PKG_VERSION"),
            tenant: Some(&tenant),
            profile_title: title,
        },
    );
    let file = if several {
        file.with_file_name(format!(
            "{}-{}.html",
            file.file_stem().unwrap_or_default().to_string_lossy(),
            report.connection
        ))
    } else {
        file.to_owned()
    };
    std::fs::write(&file, page).map_err(|error| Failure::unwritable(&file, &error))?;
    printer.say(format_args!("Report: {}", file.display()));
    Ok(())
}
