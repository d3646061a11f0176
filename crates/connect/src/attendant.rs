use std::time::Duration;

use fairlead_domain::check::CheckResult;
use fairlead_domain::problem::Problem;
use fairlead_domain::remedy::StepId;
use fairlead_state::connection::StepStatus;
use url::Url;

/// What happens while something long runs. A face shows it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A step began.
    StepBegan(StepId),
    /// Something was done, or found in place, within a step.
    Done {
        /// The step.
        step: StepId,
        /// What, in one line.
        what: String,
    },
    /// A step came to its end, for now.
    StepEnded {
        /// The step.
        step: StepId,
        /// How.
        status: StepStatus,
        /// What came of it.
        detail: String,
    },
    /// Microsoft needs a moment until something is known everywhere.
    Waiting {
        /// For what.
        what: String,
        /// How long it is waited for at most from now.
        left: Duration,
    },
    /// A person signs in elsewhere with this code.
    DeviceCode {
        /// The code.
        code: String,
        /// Where to type it.
        address: String,
        /// What the sign-in is for.
        purpose: String,
    },
    /// A browser was asked to open a page, and this waits for it.
    BrowserOpened {
        /// The page.
        url: Url,
        /// What for.
        purpose: String,
    },
    /// Something worth saying.
    Note(String),
    /// A check has its verdict.
    Checked(Box<CheckResult>),
}

/// The face that attends a use case: it shows what happens and opens pages.
pub trait Attendant: Send + Sync {
    /// Shows an event.
    fn tell(&self, event: Event);

    /// Opens a page in the user's browser, or shows its address where there is none.
    fn open(&self, url: &Url, purpose: &str) -> Result<(), Box<Problem>>;
}
