use anstyle::{AnsiColor, Style};
use fairlead_domain::check::Verdict;

use super::mark::Mark;

/// The colours of a terminal's text. They carry no meaning alone: every verdict has its word and its
/// shape too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// What passed or is done.
    pub passed: Style,
    /// What works today and needs attention.
    pub warning: Style,
    /// What failed.
    pub failed: Style,
    /// What nobody knows.
    pub unknown: Style,
    /// What was not asked or not begun.
    pub not_run: Style,
    /// What waits for a person.
    pub waiting: Style,
    /// Headings.
    pub strong: Style,
    /// The word `hint:`.
    pub hint: Style,
    /// What stands beside the matter: times, ids.
    pub faint: Style,
}

impl Palette {
    /// No colours: for files, pipes and `NO_COLOR`.
    pub const fn plain() -> Self {
        Self {
            passed: Style::new(),
            warning: Style::new(),
            failed: Style::new(),
            unknown: Style::new(),
            not_run: Style::new(),
            waiting: Style::new(),
            strong: Style::new(),
            hint: Style::new(),
            faint: Style::new(),
        }
    }

    /// The terminal's own sixteen colours, so that its theme decides.
    pub const fn coloured() -> Self {
        const fn of(color: AnsiColor) -> Style {
            color.on_default().bold()
        }
        Self {
            passed: of(AnsiColor::Green),
            warning: of(AnsiColor::Yellow),
            failed: of(AnsiColor::Red),
            unknown: of(AnsiColor::Magenta),
            not_run: Style::new().dimmed(),
            waiting: of(AnsiColor::Blue),
            strong: Style::new().bold(),
            hint: of(AnsiColor::Cyan),
            faint: Style::new().dimmed(),
        }
    }

    /// The style of a verdict.
    pub const fn verdict(&self, verdict: Verdict) -> Style {
        match verdict {
            Verdict::Passed => self.passed,
            Verdict::Warning => self.warning,
            Verdict::Failed => self.failed,
            Verdict::Unknown => self.unknown,
            Verdict::NotRun => self.not_run,
        }
    }

    pub(super) const fn mark(&self, mark: Mark) -> Style {
        match mark {
            Mark::Passed => self.passed,
            Mark::Warning => self.warning,
            Mark::Failed => self.failed,
            Mark::Unknown => self.unknown,
            Mark::NotRun => self.not_run,
            Mark::Waiting => self.waiting,
        }
    }
}

/// How a text is laid out for where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextStyle {
    /// The colours.
    pub palette: Palette,
    /// How many columns there are; `None` where lines may be of any length.
    pub width: Option<usize>,
}

impl TextStyle {
    /// For files and pipes: no colours, no limit.
    pub const fn plain() -> Self {
        Self {
            palette: Palette::plain(),
            width: None,
        }
    }

    /// For a terminal of so many columns.
    pub const fn terminal(palette: Palette, width: usize) -> Self {
        Self {
            palette,
            width: Some(width),
        }
    }
}

/// A text in a style, and the style's end behind it.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
