use std::fmt;

use zeroize::Zeroize;

/// Something that must not be shown: a password, a token, a private key.
///
/// It has no `Display` and no `Serialize`, its `Debug` is a redaction, and its memory is
/// overwritten when it is dropped. Reading it is an explicit act: [`Secret::expose`].
///
/// ```compile_fail
/// fn needs_display<T: std::fmt::Display>(_: T) {}
/// needs_display(fairlead_domain::Secret::new(String::from("hush")));
/// ```
///
/// ```compile_fail
/// fn needs_serialize<T: serde::Serialize>(_: T) {}
/// needs_serialize(fairlead_domain::Secret::new(String::from("hush")));
/// ```
#[derive(Clone)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Wraps a value that is already in memory.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Don't log it, don't put it in an argument list, don't keep a copy.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self::new(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_shows_nothing_of_the_value() {
        let secret = Secret::from("correct horse");
        assert_eq!(format!("{secret:?}"), "[redacted]");
        assert_eq!(format!("{:#?}", Some(&secret)), "Some(\n    [redacted],\n)");
    }
}
