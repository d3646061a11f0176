//! Looks for secrets in all that was written.

use std::collections::{BTreeSet, HashMap};

use super::forms::forms;

/// Long secrets are looked for by pieces of this length, so that a part of one is found too.
const PIECE: usize = 24;
/// What every form of a piece is at least as long as.
const START: usize = 8;

/// The secrets that are looked for.
#[derive(Debug, Default, Clone)]
pub(super) struct Search {
    needles: Vec<Needle>,
    by_start: HashMap<[u8; START], Vec<usize>>,
}

#[derive(Debug, Clone)]
struct Needle {
    secret: String,
    form: &'static str,
    bytes: Vec<u8>,
}

impl Search {
    /// One more secret.
    pub(super) fn mark(&mut self, secret: &str, bytes: &[u8]) {
        assert!(
            bytes.len() >= 2 * START,
            "`{secret}` is too short to be told from other text"
        );
        let mut pieces: Vec<&[u8]> = bytes.chunks_exact(PIECE).collect();
        if pieces.len() < 2 {
            pieces = vec![bytes];
        }
        for (form, bytes) in pieces.into_iter().flat_map(forms) {
            let start = bytes.first_chunk().expect("no form is shorter than this");
            let of_start = self.by_start.entry(*start).or_default();
            of_start.push(self.needles.len());
            self.needles.push(Needle {
                secret: secret.to_owned(),
                form,
                bytes,
            });
        }
    }

    /// What of the secrets stands in these bytes, also where lines were broken in between.
    pub(super) fn found(&self, place: &str, bytes: &[u8]) -> BTreeSet<String> {
        let mut unbroken = bytes.to_vec();
        unbroken.retain(|byte| !byte.is_ascii_whitespace());
        let escaped = replace_escaped_breaks(&unbroken);
        [bytes, unbroken.as_slice(), escaped.as_slice()]
            .into_iter()
            .flat_map(|bytes| self.exactly(bytes))
            .map(|needle| format!("{place}: {} ({})", needle.secret, needle.form))
            .collect()
    }

    fn exactly<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = &'a Needle> {
        bytes
            .windows(START)
            .enumerate()
            .filter_map(|(at, start)| {
                let of_start = self.by_start.get(start)?;
                Some((bytes.get(at..)?, of_start))
            })
            .flat_map(move |(rest, of_start)| {
                let needles = of_start.iter().map(|index| &self.needles[*index]);
                needles.filter(move |needle| rest.starts_with(&needle.bytes))
            })
    }
}

/// `\n` and `\r` as JSON and Debug write them.
fn replace_escaped_breaks(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, behind @ ..] = rest {
        rest = behind;
        if let (b'\\', [b'n' | b'r', after @ ..]) = (first, behind) {
            rest = after;
        } else {
            out.push(*first);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;

    const PASSWORD: &str = "Kanarie \"ä&=+/%~?\" 4c1d";

    fn search() -> Search {
        let mut search = Search::default();
        search.mark("password", PASSWORD.as_bytes());
        search.mark("key", &key());
        search
    }

    /// No text in UTF-8, and longer than two pieces.
    fn key() -> Vec<u8> {
        (0..200_u8).map(|n| n.wrapping_mul(73) ^ 0xA5).collect()
    }

    #[track_caller]
    fn finds(text: impl AsRef<[u8]>, secret: &str, form: &str) {
        let among = [b"before ", text.as_ref(), b" behind"].concat();
        let found = search().found("file", &among);
        let wanted = format!("file: {secret} ({form})");
        assert!(found.contains(&wanted), "no `{wanted}` in {found:?}");
    }

    #[test]
    fn a_secret_is_found_in_every_form() {
        finds(PASSWORD, "password", "plain");
        finds(format!("{PASSWORD:?}"), "password", "Debug");
        finds(
            serde_json::json!({"p": PASSWORD}).to_string(),
            "password",
            "JSON",
        );
        finds(
            "Kanarie%20%22%C3%A4%26%3D%2B%2F%25~%3F%22%204c1d",
            "password",
            "percent-encoded",
        );
        finds(
            "p=Kanarie+%22%C3%A4%26%3D%2B%2F%25~%3F%22+4c1d&q",
            "password",
            "a form's field",
        );
        finds("Kanarie &quot;ä&amp;=+/%~?&quot; 4c1d", "password", "HTML");
        let utf16: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_be_bytes).collect();
        finds(utf16, "password", "UTF-16");
        finds(key(), "key", "plain");
        let hex = key().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02X}");
            hex
        });
        finds(hex, "key", "hexadecimal");
    }

    #[test]
    fn a_secret_is_found_in_base64_wherever_it_stands() {
        for before in ["", "x", "xy", "xyz"] {
            let text = format!("{before}{PASSWORD}{before}");
            finds(STANDARD.encode(&text), "password", "base64");
            finds(URL_SAFE_NO_PAD.encode(&text), "password", "base64url");
        }
    }

    #[test]
    fn a_part_of_a_key_is_found_also_across_lines() {
        let pem: Vec<String> = STANDARD
            .encode(&key()[50..150])
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        finds(pem.join("\n"), "key", "base64");
        finds(pem.join("\\n"), "key", "base64");
        finds(&key()[70..120], "key", "plain");
    }

    #[test]
    fn what_is_no_secret_is_not_found() {
        let search = search();
        assert_eq!(search.found("file", b"Kanarie \"a"), BTreeSet::new());
        assert_eq!(search.found("file", &key()[..10]), BTreeSet::new());
        assert_eq!(search.found("file", b""), BTreeSet::new());
    }
}
