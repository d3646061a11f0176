use fairlead_app::{
    App, CertificateFile, ExportFormat, NewCertificate, PfxEncryption, Realm, RotateRequest,
    RotationWay, StoredCertificate, listing,
};
use jiff::Timestamp;
use serde_json::json;

use super::connect::{bits, lifetime};
use super::say_where_secrets_go;
use crate::args::{
    CertificateCommand, ExportArgs, FormatArg, NewArgs, PfxArg, RotateArgs, WayArg, YesNoArg,
};
use crate::attendant::{Opener, Terminal};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::{prompt, signing};

pub(super) async fn run(
    app: &App,
    command: Option<CertificateCommand>,
    printer: &Printer,
) -> Result<bool, Failure> {
    match command.unwrap_or(CertificateCommand::List) {
        CertificateCommand::New(args) => new(app, args, printer).await,
        CertificateCommand::List => list(app, printer).await,
        CertificateCommand::Show { name } => {
            let (certificate, session) = app.certificate(&name).await?;
            show_one(&certificate, session.store.realm(), session.now(), printer)
        }
        CertificateCommand::Import {
            name,
            file,
            password_file,
        } => {
            let name = name.parse()?;
            let bytes = std::fs::read(&file).map_err(|error| Failure::unreadable(&file, &error))?;
            let password = password_file
                .as_deref()
                .map(prompt::secret_from)
                .transpose()?;
            say_where_secrets_go(app, &app.cloud_choice()?, printer).await?;
            let certificate = app
                .import_certificate(&name, &bytes, password.as_ref())
                .await?;
            made(app, &certificate, printer)
        }
        CertificateCommand::Export(args) => export(app, args, printer).await,
        CertificateCommand::Rotate(args) => rotate(app, *args, printer).await,
    }
}

async fn new(app: &App, args: NewArgs, printer: &Printer) -> Result<bool, Failure> {
    let new = NewCertificate {
        name: args.name.parse()?,
        bits: bits(args.bits)?,
        lifetime: lifetime(args.days)?,
    };
    say_where_secrets_go(app, &app.cloud_choice()?, printer).await?;
    printer.busy("making the key".to_owned());
    let certificate = app.new_certificate(&new).await?;
    printer.quiet();
    made(app, &certificate, printer)
}

fn made(app: &App, certificate: &StoredCertificate, printer: &Printer) -> Result<bool, Failure> {
    let realm = app.cloud_choice()?.realm();
    show_one(certificate, realm, certificate.created_at, printer)
}

fn show_one(
    certificate: &StoredCertificate,
    realm: Realm,
    now: Timestamp,
    printer: &Printer,
) -> Result<bool, Failure> {
    if printer.is_json() {
        let shown = listing::certificate_json(realm, certificate, now);
        printer.json(&json!({"schema": 1, "certificate": shown}))?;
    } else {
        printer.data(listing::certificate_text(certificate, now, printer.style()))?;
    }
    Ok(true)
}

async fn list(app: &App, printer: &Printer) -> Result<bool, Failure> {
    let all = app.certificates().await?;
    let now = Timestamp::now();
    if printer.is_json() {
        let rows: Vec<_> = all
            .iter()
            .map(|(realm, certificate)| listing::certificate_json(*realm, certificate, now))
            .collect();
        printer.json(&json!({"schema": 1, "certificates": rows}))?;
    } else if all.is_empty() {
        printer.say("No certificates yet. `fairlead connect` makes one with its connection.");
    } else {
        printer.data(listing::certificates_text(&all, now, printer.style()))?;
    }
    Ok(true)
}

async fn export(app: &App, args: ExportArgs, printer: &Printer) -> Result<bool, Failure> {
    let format = match args.format {
        FormatArg::Cer => ExportFormat::Cer,
        FormatArg::Pem => ExportFormat::Pem,
        FormatArg::Pfx => ExportFormat::Pfx,
        FormatArg::Key => ExportFormat::Key,
    };
    let password = match (&args.password_file, format) {
        (Some(file), _) => Some(prompt::secret_from(file)?),
        (None, ExportFormat::Pfx) if prompt::can_ask() => {
            Some(prompt::new_password(printer, "A password for the PFX")?)
        }
        (None, ExportFormat::Pfx) => {
            return Err(Failure::usage(
                "a PFX holds the private key, so it needs a password: `--password-file FILE`",
            ));
        }
        _ => None,
    };
    let file = CertificateFile {
        format,
        encryption: match args.pfx_encryption {
            PfxArg::Modern => PfxEncryption::Modern,
            PfxArg::Compatible => PfxEncryption::Compatible,
        },
        password: password.as_ref(),
        out: &args.out,
        overwrite: args.force,
        keep_key: args.keep_key == YesNoArg::Yes,
    };
    app.export_certificate(&args.name, &file).await?;
    if printer.is_json() {
        printer.json(&json!({"schema": 1, "file": args.out}))?;
    } else {
        printer.data(format_args!("Written, mode 0600: {}", args.out.display()))?;
    }
    if matches!(format, ExportFormat::Key) {
        printer.say("The file is the private key in clear: who has it can sign in as the app.");
    }
    if !file.keep_key && matches!(format, ExportFormat::Pfx | ExportFormat::Key) {
        printer.say("The private key is not kept here any more: the product holds it now.");
    }
    Ok(true)
}

async fn rotate(app: &App, args: RotateArgs, printer: &Printer) -> Result<bool, Failure> {
    let request = RotateRequest {
        way: match args.by {
            WayArg::Auto => RotationWay::Automatic,
            WayArg::Admin => RotationWay::Administrator,
            WayArg::Own => RotationWay::OwnKey,
        },
        bits: bits(args.bits)?,
        lifetime: lifetime(args.days)?,
        keep_previous: match (args.keep_old, args.remove_old) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        },
        sign_in: signing::options(&args.sign_in)?,
    };
    let terminal = Terminal::new(printer, Opener::of(&args.sign_in));
    printer.busy("renewing the certificate".to_owned());
    let rotated = app
        .rotate(&args.connection.parse()?, &request, &terminal)
        .await?;
    printer.quiet();
    if printer.is_json() {
        printer.json(&json!({
            "schema": 1,
            "connection": args.connection,
            "certificate": rotated.certificate,
            "previous": rotated.previous,
            "overlapping": rotated.overlapping,
        }))?;
    } else {
        printer.data(format_args!(
            "The connection signs in with the certificate {}",
            rotated.certificate
        ))?;
        match (&rotated.previous, rotated.overlapping) {
            (Some(previous), true) => printer.say(format_args!(
                "The certificate {previous} is still on the app. Hand the new one to the product, then run the same command again:\n  \
                 fairlead certificate export {0} --format pfx --out {0}.pfx\n  fairlead certificate rotate {0}",
                args.connection
            )),
            (Some(previous), false) => printer.say(format_args!("The certificate {previous} is off the app")),
            (None, _) => {}
        }
    }
    Ok(true)
}
