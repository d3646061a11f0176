use fairlead_app::App;
use serde_json::json;

use crate::failure::Failure;
use crate::printer::Printer;

pub(super) async fn run(
    app: &App,
    name: &str,
    mask: bool,
    printer: &Printer,
) -> Result<bool, Failure> {
    let text = app.diagnostics(&name.parse()?, mask).await?;
    if printer.is_json() {
        printer.json(&json!({"schema": 1, "text": text}))?;
    } else {
        printer.data(text)?;
    }
    Ok(true)
}
