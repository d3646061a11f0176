use fairlead_app::App;
use fairlead_app::show::{self, SheetAbout, SheetFormat};
use fairlead_domain::ids::ConnectionName;
use serde_json::json;

use crate::args::SheetArg;
use crate::failure::Failure;
use crate::printer::Printer;

pub(super) async fn run(
    app: &App,
    name: &str,
    format: Option<SheetArg>,
    printer: &Printer,
) -> Result<bool, Failure> {
    let name: ConnectionName = name.parse()?;
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
    let form = match format {
        None if printer.is_json() => SheetFormat::Json,
        None | Some(SheetArg::Text) => SheetFormat::Text,
        Some(SheetArg::Markdown) => SheetFormat::Markdown,
        Some(SheetArg::Json) => SheetFormat::Json,
        Some(SheetArg::Html) => SheetFormat::Html,
    };
    let text = show::hand_over(&sheet, form, &about);
    if printer.is_json() && form != SheetFormat::Json {
        printer.json(&json!({"schema": 1, "connection": name, "text": text}))?;
    } else {
        printer.data(text)?;
    }
    Ok(true)
}
