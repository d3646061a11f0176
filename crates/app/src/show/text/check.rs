use fairlead_domain::check::CheckResult;

use super::layout::{columns, cut, pad};
use crate::show::clean;
use crate::show::mark::Mark;
use crate::show::palette::{TextStyle, paint};
use crate::show::words::{check_took, found};

/// Columns of the title where there is room for a table: the longest title of a check.
const TITLE: usize = 46;
/// From this width on there is room for a table.
const WIDE: usize = 110;
/// Columns of the time.
const TIME: usize = 9;

/// One line for a check that has its verdict: shape, word, title, what was found, time. It is cut to
/// the width; [`report_text`](super::report_text) shows whole what needs attention.
pub fn check_line(check: &CheckResult, style: &TextStyle) -> String {
    let mark = verdict_column(check, style);
    let title = clean::line(&check.title);
    let detail = found(check);
    let time = check_took(check).unwrap_or_default();
    let faint = |time: &str| paint(style.palette.faint, time);
    match style.width {
        None => {
            let text = format!("{mark} {} {detail}  {}", pad(&title, TITLE), faint(&time));
            format!("{}\n", text.trim_end())
        }
        Some(width) => {
            let room = width.saturating_sub(MARK + 1 + TIME).max(20);
            let text = if width >= WIDE {
                format!("{} {detail}", pad(&title, TITLE))
            } else {
                format!("{title}: {detail}")
            };
            let text = pad(&cut(&text, room), room);
            format!("{mark} {text}{}\n", faint(&format!("{time:>TIME$}")))
        }
    }
}

/// Columns of shape and word.
const MARK: usize = 2 + 8;

/// Shape and word of a check's verdict, in columns of their own.
pub(super) fn verdict_column(check: &CheckResult, style: &TextStyle) -> String {
    let mark = Mark::from(check.verdict);
    let text = format!("{} {:<8}", mark.symbol(), check.verdict);
    debug_assert_eq!(columns(&text), MARK);
    paint(style.palette.mark(mark), &text)
}
