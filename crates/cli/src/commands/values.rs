use fairlead_app::App;
use fairlead_app::show::{self, SheetAbout, SheetFormat};

use crate::args::SheetArg;
use crate::failure::Failure;
use crate::printer::Printer;

pub(super) async fn run(
    app: &App,
    name: &str,
    format: SheetArg,
    printer: &Printer,
) -> Result<bool, Failure> {
    let name = name.parse()?;
    let (sheet, title) = app.values(&name).await?;
    let connection = app.connection(&name).await?;
    let tenant = connection.tenant.to_string();
    let about = SheetAbout {
        title: &title,
        tenant: Some(&tenant),
        simulated: App::is_simulated(&connection),
        generated: jiff::Timestamp::now(),
        version: env!("CARGO_PKG_VERSION"),
    };
    let format = match format {
        SheetArg::Text if printer.is_json() => SheetFormat::Json,
        SheetArg::Text => SheetFormat::Text,
        SheetArg::Markdown => SheetFormat::Markdown,
        SheetArg::Json => SheetFormat::Json,
        SheetArg::Html => SheetFormat::Html,
    };
    printer.data(show::hand_over(&sheet, format, &about))?;
    Ok(true)
}
