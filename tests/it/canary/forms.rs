//! The forms in which a secret could be written somewhere.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// All of a secret, or a piece of a long one, in every form that is looked for.
pub(super) fn forms(piece: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut forms = vec![
        ("plain", piece.to_vec()),
        ("hexadecimal", hexadecimal(piece)),
        ("hexadecimal", hexadecimal(piece).to_ascii_uppercase()),
    ];
    for before in 0..3 {
        forms.push(("base64", inside_base64(piece, before, &STANDARD)));
        forms.push(("base64url", inside_base64(piece, before, &URL_SAFE)));
    }
    if let Ok(text) = std::str::from_utf8(piece) {
        forms.push(("percent-encoded", percent(text, |_| true)));
        forms.push(("percent-encoded", percent(text, is_reserved)));
        forms.push((
            "a form's field",
            percent(text, |c| c != ' ' && is_reserved(c))
                .iter()
                .map(|byte| if *byte == b' ' { b'+' } else { *byte })
                .collect(),
        ));
        let json = serde_json::Value::from(text).to_string();
        forms.push(("JSON", json.trim_matches('"').into()));
        forms.push(("Debug", format!("{text:?}").trim_matches('"').into()));
        let html = text.replace('&', "&amp;").replace('"', "&quot;");
        forms.push(("HTML", html.replace('<', "&lt;").into()));
        let units = || text.encode_utf16();
        forms.push(("UTF-16", units().flat_map(u16::to_be_bytes).collect()));
        forms.push(("UTF-16", units().flat_map(u16::to_le_bytes).collect()));
    }
    forms
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let mut text = String::new();
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text.into()
}

/// What stays the same of a piece's base64 whatever stands behind it and, in front, so many bytes more
/// than a multiple of three.
fn inside_base64(piece: &[u8], before: usize, engine: &impl Engine) -> Vec<u8> {
    let text = engine.encode([&vec![0; before], piece].concat());
    let (start, end) = ((before * 4).div_ceil(3), (before + piece.len()) * 4 / 3);
    text.as_bytes()[start..end].to_vec()
}

/// Unreserved characters stay as they are: RFC 3986, section 2.3.
fn is_reserved(c: char) -> bool {
    !(c.is_ascii_alphanumeric() || "-._~".contains(c))
}

fn percent(text: &str, encoded: impl Fn(char) -> bool) -> Vec<u8> {
    let mut out = String::new();
    for c in text.chars() {
        if encoded(c) {
            for byte in c.to_string().bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out.into()
}
