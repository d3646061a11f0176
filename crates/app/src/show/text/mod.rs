//! What a terminal prints. Every function returns whole lines with their ends; nothing is printed here.

mod check;
mod explanation;
mod layout;
mod plan;
mod problem;
mod remark;
mod remedy;
mod report;
mod step;

pub use check::check_line;
pub use explanation::explanation_text;
pub use plan::plan_text;
pub use problem::problem_text;
pub use remark::{address_text, device_code_text, question_text, remark_text};
pub use report::{report_text, timing_text};
pub use step::{step_line, waiting_text};

pub(crate) use layout::{Lead, columns, pad, paragraph};
