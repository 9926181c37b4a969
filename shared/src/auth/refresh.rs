//! Refresh tokens: random, and only their hash is stored.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;
use time::Duration;

/// How long a refresh token is valid when it is not used.
pub const LIFETIME: Duration = Duration::days(30);

/// A token of 256 random bits that renews a session.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken(String);

/// The system has no randomness to give.
#[derive(Debug, thiserror::Error)]
#[error("no randomness")]
pub struct NoRandomness;

impl RefreshToken {
    /// A new token.
    ///
    /// # Errors
    /// [`NoRandomness`] when the system has none.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(Self(BASE64_URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A token as its holder sent it; whether it is one, its hash tells.
    #[must_use]
    pub const fn presented(text: String) -> Self {
        Self(text)
    }

    /// The token itself, for its holder.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The SHA-256 hash to store; with 256 random bits inside, it needs no salt and no cost.
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
    fn every_token_is_another_and_is_not_printed() {
        let (one, two) = (RefreshToken::generate().unwrap(), RefreshToken::generate().unwrap());
        assert_ne!(one, two);
        assert_ne!(one.hash(), two.hash());
        assert_eq!(one.hash().len(), 32);
        assert!(!format!("{one:?}").contains(one.expose()));
    }
}
