use serde_json::error::Category;

/// What serde expected and where. `invalid type: string "…", expected u64` quotes the value, and an
/// unknown variant or field is named by what came: neither is repeated here.
pub(super) fn expectation(error: &serde_json::Error) -> String {
    let place = match error.line() {
        0 => String::new(),
        line => format!(" at line {line} column {}", error.column()),
    };
    match error.classify() {
        Category::Eof => format!("it ends too early{place}"),
        Category::Syntax | Category::Io => format!("it is not JSON{place}"),
        Category::Data => {
            let text = error.to_string();
            let text = text.strip_suffix(&place).unwrap_or(&text);
            let known = |start| text.starts_with(start);
            if known("missing field ") || known("duplicate field ") {
                return format!("{text}{place}");
            }
            let quotes = ["invalid type: ", "invalid value: ", "invalid length "];
            match text.rsplit_once(", expected ") {
                Some((_, due)) if quotes.into_iter().any(known) => {
                    format!("{due} is expected{place}")
                }
                _ => format!("a value is not as documented{place}"),
            }
        }
    }
}
