//! Passwords as people choose them.

use super::field::Invalid;
use std::fmt;

/// A password that may be chosen: 8 to 128 characters, any of them.
///
/// The bounds follow NIST SP 800-63B section 3.1.1 (at least 8, at least 64 permitted, no rules of composition); the
/// upper one keeps hashing cheap. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The password itself, for hashing.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Password {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        match text.chars().count() {
            8..=128 => Ok(Self(text)),
            _ => Err(Invalid::Length { min: 8, max: 128 }),
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(Password::try_from("비밀번호입니다요".to_owned()).is_ok());
        assert!(Password::try_from("비밀번호".to_owned()).is_err());
        assert!(Password::try_from("x".repeat(128)).is_ok());
        assert!(Password::try_from("x".repeat(129)).is_err());
    }

    #[test]
    fn it_is_not_printed() {
        let password = Password::try_from("correct horse".to_owned()).unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }
}
