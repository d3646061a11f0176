//! What both faces show: reports and hand-over sheets as pages, and everything that a terminal
//! prints, as text. Pure functions: what is shown comes in, a string goes out.
//!
//! Texts from outside (names of the tenant, answers of servers) are taken as hostile: a page escapes
//! them, a terminal never gets their control characters, and only addresses of https or of this
//! computer become links.

mod about;
pub(crate) mod clean;
mod diagnostics;
mod evidence;
mod mark;
mod page;
mod palette;
mod sheet;
pub(crate) mod text;
mod walk;
mod words;

pub use diagnostics::{Diagnostics, KnownCertificate, diagnostics};
pub use page::{report_html, walk_html};
pub(crate) use palette::paint;
pub use palette::{Palette, TextStyle};
pub use sheet::{SheetAbout, SheetFormat, hand_over};
pub use text::{
    address_text, check_line, device_code_text, explanation_text, plan_text, problem_text,
    question_text, remark_text, report_text, step_line, timing_text, waiting_text,
};
pub use walk::{ReportExtra, Walk, WalkedConnection, WalkedStep};

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
