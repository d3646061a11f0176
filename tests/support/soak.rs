/// How many of `full` rounds a long test makes: `cargo xtask soak` says the factor in
/// `FAIRLEAD_SOAK`. At least one; all without the variable.
///
/// # Panics
///
/// When the variable is no number above zero.
pub fn rounds(full: u32) -> u32 {
    let said = std::env::var("FAIRLEAD_SOAK").unwrap_or_else(|_| "1.0".to_owned());
    share(full, &said).unwrap_or_else(|| panic!("FAIRLEAD_SOAK is no factor: `{said}`"))
}

fn share(full: u32, factor: &str) -> Option<u32> {
    let factor: f64 = factor.parse().ok().filter(|factor| *factor > 0.0)?;
    let rounds = (f64::from(full) * factor)
        .round()
        .clamp(1.0, f64::from(u32::MAX));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number between 1 and the largest u32"
    )]
    Some(rounds as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_is_a_tenth_and_never_nothing() {
        assert_eq!(share(50, "1.0"), Some(50));
        assert_eq!(share(50, "0.1"), Some(5));
        assert_eq!(share(3, "0.1"), Some(1));
        assert_eq!(share(50, "4"), Some(200));
    }

    #[test]
    fn what_is_no_factor_is_refused() {
        for said in ["", "all", "0", "-1", "NaN"] {
            assert_eq!(share(50, said), None, "{said}");
        }
    }
}
