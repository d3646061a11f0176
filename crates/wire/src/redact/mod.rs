//! Taking secrets out of texts: by type first, by pattern second.

mod labels;
mod shapes;

use url::Url;

/// Query parameters whose values are shown. Anything else is masked.
const SHOWN: [&str; 22] = [
    "$select",
    "$filter",
    "$top",
    "$skip",
    "$expand",
    "$count",
    "$orderby",
    "$search",
    "api-version",
    "scope",
    "response_type",
    "response_mode",
    "prompt",
    "client_id",
    "redirect_uri",
    "error",
    "error_subcode",
    "tenant",
    "admin_consent",
    "appid",
    "mkt",
    "code_challenge_method",
];

const MASK: &str = "…";

/// An address whose query shows only what can't be a secret, without user, password and fragment.
pub fn redact_url(url: &Url) -> String {
    let mut shown = url.clone();
    // Setting these can only fail on addresses that have neither.
    let _ = shown.set_password(None);
    let _ = shown.set_username("");
    shown.set_fragment(None);
    shown.set_query(None);
    let place = redact_text(shown.as_str());
    match url.query() {
        None => place,
        Some(query) => {
            let pairs: Vec<String> = query.split('&').map(redact_pair).collect();
            format!("{place}?{}", pairs.join("&"))
        }
    }
}

fn redact_pair(pair: &str) -> String {
    let Some((name, value)) = url::form_urlencoded::parse(pair.as_bytes()).next() else {
        return String::new();
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "$@._-".contains(c);
    if !pair.contains('=') || name.len() > 40 || !name.chars().all(plain) {
        return MASK.to_owned();
    }
    if !SHOWN.contains(&name.as_ref()) {
        return format!("{name}={MASK}");
    }
    // What would end the value or the line stays encoded.
    let mut shown = format!("{name}=");
    for c in redact_text(&value).chars() {
        if c.is_control() || "&#".contains(c) {
            shown.extend(url::form_urlencoded::byte_serialize(
                c.to_string().as_bytes(),
            ));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A text in which everything that looks like a token, an assertion, a private key, a password in an
/// address or a labelled secret is masked.
pub fn redact_text(text: &str) -> String {
    let text = shapes::mask_private_keys(text);
    let text = shapes::mask_users(&text);
    let text = labels::mask(&text);
    shapes::mask_tokens(&text)
}

#[cfg(test)]
mod tests;
