//! Password rules.

use super::field::Invalid;
use std::fmt;

/// A password of 8 to 128 characters. `Debug` does not print it.
///
/// NIST SP 800-63B section 3.1.1: at least 8 characters, at least 64 permitted, no composition rules. The maximum bounds
/// the cost of hashing.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
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
    fn counts_characters_not_bytes() {
        assert!(Password::try_from("비밀번호입니다요".to_owned()).is_ok());
        assert!(Password::try_from("비밀번호".to_owned()).is_err());
        assert!(Password::try_from("x".repeat(128)).is_ok());
        assert!(Password::try_from("x".repeat(129)).is_err());
    }

    #[test]
    fn debug_hides_it() {
        let password = Password::try_from("correct horse".to_owned()).unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }
}
