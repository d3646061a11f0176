use std::fmt::Write as _;

use x509_parser::asn1_rs::{Any, Tag, ToDer};
use x509_parser::x509::{RelativeDistinguishedName, X509Name};

/// A distinguished name as text, most specific part first (RFC 4514).
pub(super) fn distinguished_name(name: &X509Name<'_>) -> String {
    let attributes = |part: &RelativeDistinguishedName<'_>| {
        let texts = part.iter().map(|attribute| {
            let kind = attribute.attr_type().to_id_string();
            let value = value(attribute.attr_value());
            format!("{}={value}", short_name(&kind).unwrap_or(&kind))
        });
        reversed(texts, "+")
    };
    reversed(name.iter_rdn().map(attributes), ",")
}

fn reversed(texts: impl Iterator<Item = String>, separator: &str) -> String {
    let mut texts: Vec<String> = texts.collect();
    texts.reverse();
    texts.join(separator)
}

/// RFC 4514's names, and those without which real certificates are hard to read.
fn short_name(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "2.5.4.3" => "CN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        _ => return None,
    })
}

fn value(any: &Any<'_>) -> String {
    match text(any) {
        Some(text) => escape(&text),
        None => any.to_der_vec().map_or_else(
            |_| String::from("#"),
            |der| format!("#{}", super::hex_upper(&der)),
        ),
    }
}

fn text(any: &Any<'_>) -> Option<String> {
    let data = any.data;
    Some(match any.tag() {
        Tag::Utf8String
        | Tag::PrintableString
        | Tag::Ia5String
        | Tag::NumericString
        | Tag::VisibleString => String::from_utf8_lossy(data).into_owned(),
        // In practice T.61 strings hold Latin-1.
        Tag::T61String => data.iter().copied().map(char::from).collect(),
        Tag::BmpString => {
            let units = data
                .chunks_exact(2)
                .map(|b| u16::from_be_bytes([b[0], b[1]]));
            char::decode_utf16(units)
                .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        Tag::UniversalString => data
            .chunks_exact(4)
            .map(|b| {
                char::from_u32(u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
                    .unwrap_or(char::REPLACEMENT_CHARACTER)
            })
            .collect(),
        _ => return None,
    })
}

fn escape(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.chars().enumerate() {
        let edge_space = c == ' ' && (at == 0 || at == last);
        if c.is_control() {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                // Writing to a String does not fail.
                let _ = write!(escaped, "\\{byte:02X}");
            }
            continue;
        }
        if edge_space || (at == 0 && c == '#') || "\"+,;<>\\".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_would_read_as_another_name_is_escaped() {
        assert_eq!(escape("a,O=b"), "a\\,O=b");
        assert_eq!(escape(" # "), "\\ #\\ ");
        assert_eq!(escape("#1"), "\\#1");
        assert_eq!(escape("a\0b"), "a\\00b");
        assert_eq!(escape("Bücher \u{1f4c5}"), "Bücher \u{1f4c5}");
    }
}
