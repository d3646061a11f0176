use std::sync::LazyLock;

use super::{Profile, load};

#[cfg(test)]
mod tests;

macro_rules! files {
    ($($id:literal,)+) => {
        [$((
            concat!("profiles/", $id, ".toml"),
            include_str!(concat!("../../../../profiles/", $id, ".toml")),
        ),)+]
    };
}

/// The shipped profiles' files, in the order they are listed.
const FILES: [(&str, &str); 11] = files![
    "planner-data-mart",
    "planner-backup",
    "planner-restore",
    "planner-replication",
    "rooms",
    "rooms-calendar-service",
    "rooms-outlook-add-in",
    "rooms-user-import",
    "rooms-single-sign-on",
    "exchange-online-ews",
    "exchange-on-premises",
];

/// The profiles that are shipped, in the order they are listed.
#[expect(
    clippy::expect_used,
    reason = "the files are part of the program and a test loads them"
)]
pub fn built_in() -> &'static [Profile] {
    static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
        FILES
            .iter()
            .map(|(file, text)| load(file, text).expect("a shipped profile loads"))
            .collect()
    });
    &PROFILES
}
