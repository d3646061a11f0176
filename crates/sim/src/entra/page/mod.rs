//! The pages that a person walks through: plain HTML forms without script.

mod consent;
mod layout;
mod sign_in;

pub(crate) use consent::{Asked, consent, device_confirm, needs_admin};
pub(crate) use layout::{document, form_post, message};
pub(crate) use sign_in::{device_code, pick, second_factor, user_and_password};
