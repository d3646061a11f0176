//! Etags of Planner: weak, base64 of a text that holds kind and version. Of two of the same object
//! the greater text is the newer one.
//!
//! <https://learn.microsoft.com/graph/api/resources/planner-overview>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;

use crate::graph::refusal::{Layer, Refusal};
use crate::graph::request::Request;
use crate::tenant::planner::Version;

/// Which object an etag is of: each has its own, also where they share an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Plan,
    PlanDetails,
    Bucket,
    Task,
    TaskDetails,
    AssignedFormat,
    BucketFormat,
    ProgressFormat,
}

impl Part {
    const fn word(self) -> &'static str {
        match self {
            Self::Plan => "Plan  ",
            Self::PlanDetails => "PlanDe",
            Self::Bucket => "Bucket",
            Self::Task => "Task  ",
            Self::TaskDetails => "TaskDe",
            Self::AssignedFormat => "AsgFmt",
            Self::BucketFormat => "BktFmt",
            Self::ProgressFormat => "PrgFmt",
        }
    }
}

/// Digits whose order holds in base64, too: none of them leads to a digit, `+` or `/` there.
const DIGITS: &[u8; 10] = b"@ABDEFHIJL";

fn digits(mut number: u64, count: usize) -> String {
    let mut text = vec![DIGITS[0]; count];
    for place in text.iter_mut().rev() {
        *place = DIGITS[usize::try_from(number % 10).unwrap_or_default()];
        number /= 10;
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// A number for an id: an etag of another object is none of this one's.
fn mark(id: &str) -> String {
    let hash = id.bytes().fold(7_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    digits(hash >> 20, 5)
}

/// The etag of an object.
pub(super) fn etag(part: Part, id: &str, version: &Version) -> String {
    let text = format!(
        "'1-{}{}{}'",
        part.word(),
        digits(version.number, 10),
        mark(id)
    );
    format!("W/\"{}\"", STANDARD.encode(text))
}

/// The version that an etag of this object names.
fn read(part: Part, id: &str, etag: &str) -> Option<u64> {
    let inner = etag.strip_prefix("W/").unwrap_or(etag);
    let inner = inner.strip_prefix('"')?.strip_suffix('"')?;
    let text = String::from_utf8(STANDARD.decode(inner).ok()?).ok()?;
    let rest = text
        .strip_prefix("'1-")?
        .strip_prefix(part.word())?
        .strip_suffix('\'')?;
    let version = rest.strip_suffix(&mark(id))?;
    version.bytes().try_fold(0_u64, |number, byte| {
        let digit = DIGITS.iter().position(|known| *known == byte)?;
        Some(number * 10 + digit as u64)
    })
}

/// 412: the etag names no version of this object that could be written to.
fn precondition_failed() -> Refusal {
    Refusal::new(
        Layer::State,
        StatusCode::PRECONDITION_FAILED,
        "",
        "The If-Match header contains an invalid value.",
    )
}

/// Holds `If-Match` against the object. An older etag is good for a change of other fields than
/// those that changed since; for the deletion (no fields) only the newest is good.
pub(super) fn check(
    request: &Request<'_>,
    part: Part,
    id: &str,
    version: &Version,
    fields: Option<&[String]>,
) -> Result<(), Refusal> {
    let read = request
        .if_match
        .and_then(|etag| read(part, id, etag))
        .ok_or_else(precondition_failed)?;
    if read == version.number {
        return Ok(());
    }
    match fields {
        Some(fields) if read < version.number => {
            if version.conflicts(read, fields.iter().cloned()) {
                return Err(Refusal::new(
                    Layer::State,
                    StatusCode::CONFLICT,
                    "",
                    "The item has been modified since it was read, in the same fields.",
                ));
            }
            Ok(())
        }
        _ => Err(precondition_failed()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_looks_like_planners_and_reads_back() {
        let version = Version::first(42);
        let text = etag(Part::Task, "x", &version);
        assert!(text.starts_with("W/\"JzEtVGFzayAgQEBA"), "{text}");
        assert_eq!(read(Part::Task, "x", &text), Some(42));
        assert_eq!(read(Part::TaskDetails, "x", &text), None);
        assert_eq!(read(Part::Task, "y", &text), None);
        for odd in ["*", "", "W/\"\"", "W/\"abc\"", "JzEt"] {
            assert_eq!(read(Part::Task, "x", odd), None, "{odd}");
        }
    }

    #[test]
    fn the_newer_of_two_is_the_greater_text() {
        let of = |number| etag(Part::Task, "x", &Version::first(number));
        for number in (0..30_000).step_by(7).chain(999_990..1_000_020) {
            assert!(of(number) < of(number + 1), "{number}");
        }
    }
}
