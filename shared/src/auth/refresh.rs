//! Refresh tokens: random values of which only the hash is stored.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;
use time::Duration;

/// The validity of an unused refresh token.
pub const LIFETIME: Duration = Duration::days(30);

/// 256 random bits that renew a session.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken(String);

#[derive(Debug, thiserror::Error)]
#[error("no randomness")]
pub struct RandomnessError;

impl RefreshToken {
    pub fn generate() -> Result<Self, RandomnessError> {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).map_err(|_| RandomnessError)?;
        Ok(Self(BASE64_URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A token from a request, not checked yet.
    #[must_use]
    pub const fn from_request(text: String) -> Self {
        Self(text)
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The SHA-256 hash to store. A token of 256 random bits needs neither a salt nor a slow hash.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        ring::digest::digest(&ring::digest::SHA256, self.0.as_bytes())
            .as_ref()
            .to_vec()
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RefreshToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_debug_hides_them() {
        let (one, two) = (RefreshToken::generate().unwrap(), RefreshToken::generate().unwrap());
        assert_ne!(one, two);
        assert_ne!(one.hash(), two.hash());
        assert_eq!(one.hash().len(), 32);
        assert!(!format!("{one:?}").contains(one.expose()));
    }
}
