//! The secrets that sign and verify access tokens.

use crate::config::{self, ConfigError, FromEnv};
use ring::hmac;

const VARIABLE: &str = "TOKEN_SECRETS";
/// RFC 7518, section 3.2 requires 32 bytes; the generated secret has 64.
const MIN_SECRET_BYTES: usize = 64;
/// Separates the key of cursors from that of tokens.
const CURSOR_KEY_LABEL: &[u8] = b"mrmrthon cursors";

/// One or more secrets, the newest first. The newest signs; the others verify tokens from before a rotation.
pub struct TokenSecrets(Vec<String>);

impl TokenSecrets {
    /// Parses secrets separated by commas. `None` if one has fewer than 64 bytes.
    fn parse(list: &str) -> Option<Self> {
        let secrets: Vec<_> = list.split(',').map(|secret| secret.trim().to_owned()).collect();
        let are_long_enough = secrets.iter().all(|secret| secret.len() >= MIN_SECRET_BYTES);
        are_long_enough.then_some(Self(secrets))
    }

    /// The secret that signs.
    #[must_use]
    pub fn newest(&self) -> &str {
        &self.0[0]
    }

    /// All secrets, the newest first.
    #[must_use]
    pub fn all(&self) -> &[String] {
        &self.0
    }

    /// A key for pagination cursors, derived from the newest secret.
    #[must_use]
    pub fn cursor_key(&self) -> impl AsRef<[u8]> {
        let newest = hmac::Key::new(hmac::HMAC_SHA256, self.newest().as_bytes());
        hmac::sign(&newest, CURSOR_KEY_LABEL)
    }
}

impl FromEnv for TokenSecrets {
    fn from_env() -> Result<Self, ConfigError> {
        Self::parse(&config::required(VARIABLE)?).ok_or(ConfigError::Malformed {
            name: VARIABLE,
            expected: "secrets of 64 bytes or more, separated by commas",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(character: &str) -> String {
        character.repeat(MIN_SECRET_BYTES)
    }

    #[test]
    fn the_first_secret_is_the_newest() {
        for separator in [",", ", "] {
            let secrets = TokenSecrets::parse(&[secret("n"), secret("o")].join(separator)).unwrap();
            assert_eq!(secrets.newest(), secret("n"));
            assert_eq!(secrets.all(), [secret("n"), secret("o")]);
        }
        assert_eq!(TokenSecrets::parse(&secret("n")).unwrap().all(), [secret("n")]);
    }

    #[test]
    fn rejects_short_secrets() {
        let (long, short) = (secret("n"), "n".repeat(MIN_SECRET_BYTES - 1));
        for list in [
            "",
            &short,
            &format!("{short},{long}"),
            &format!("{long},{short}"),
            &format!("{long},"),
        ] {
            assert!(TokenSecrets::parse(list).is_none(), "{list:?}");
        }
    }

    #[test]
    fn cursors_have_a_key_of_their_own() {
        let secrets = TokenSecrets::parse(&secret("n")).unwrap();
        assert_ne!(secrets.cursor_key().as_ref(), secrets.newest().as_bytes());
        let others = TokenSecrets::parse(&secret("o")).unwrap();
        assert_ne!(secrets.cursor_key().as_ref(), others.cursor_key().as_ref());
    }
}
