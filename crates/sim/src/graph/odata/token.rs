use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::graph::refusal::Refusal;
use crate::tenant::mix;

/// Where a page begins. Opaque outside: bound to the query and to the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) place: u64,
    /// The page before this one was empty.
    pub(super) after_empty: bool,
}

/// A number for a query: its path and options.
pub(super) fn fingerprint<'a>(
    seed: u64,
    path: &'a str,
    options: impl Iterator<Item = (&'a str, &'a str)>,
) -> u64 {
    std::iter::once(path)
        .chain(options.flat_map(|(name, value)| [name, value]))
        .fold(mix(seed), |hash, text| {
            let text = text.bytes().fold(mix(hash), |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
            mix(text)
        })
}

impl Token {
    pub(super) fn write(self, query: u64) -> String {
        let word = (self.place << 1) | u64::from(self.after_empty);
        let check = mix(query ^ mix(word));
        let hidden = word ^ mix(check);
        let mut bytes = hidden.to_be_bytes().to_vec();
        bytes.extend(check.to_be_bytes());
        format!("RFNwdAIAAQ{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(super) fn read(text: &str, query: u64) -> Result<Self, Refusal> {
        let invalid = || Refusal::rule("The specified page token value is invalid.");
        let bytes = text
            .strip_prefix("RFNwdAIAAQ")
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .ok_or_else(invalid)?;
        let halves: [u8; 16] = bytes.try_into().map_err(|_| invalid())?;
        let both = u128::from_be_bytes(halves);
        let check = u64::try_from(both & u128::from(u64::MAX)).map_err(|_| invalid())?;
        let hidden = u64::try_from(both >> 64).map_err(|_| invalid())?;
        let word = hidden ^ mix(check);
        if check != mix(query ^ mix(word)) {
            return Err(invalid());
        }
        Ok(Self {
            place: word >> 1,
            after_empty: word & 1 == 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_query_only() {
        let of = |seed, path, top| fingerprint(seed, path, [("$top", top)].into_iter());
        let query = of(1, "/users", "5");
        let token = Token {
            place: 77,
            after_empty: true,
        };
        let text = token.write(query);
        assert_eq!(Token::read(&text, query).unwrap(), token);
        for other in [
            of(1, "/users", "6"),
            of(1, "/groups", "5"),
            of(2, "/users", "5"),
        ] {
            assert!(Token::read(&text, other).is_err());
        }
        for text in ["", "RFNwdAIAAQ", "RFNwdAIAAQAAAA", "x"] {
            assert!(Token::read(text, query).is_err(), "`{text}`");
        }
    }
}
