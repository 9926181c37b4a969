//! Cursors: the position of the next page of a list, with an HMAC so that clients cannot forge one.

use crate::auth::token_secrets::TokenSecrets;
use crate::config::{self, ConfigError, FromEnv};
use crate::domain::field::Invalid;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The length of an HMAC-SHA256 tag.
const TAG_BYTES: usize = 32;

/// Encodes and decodes cursors.
pub struct Cursors(hmac::Key);

impl Cursors {
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// A cursor that is valid only for a list of the same `scope` (the list and its filters).
    pub fn encode(&self, scope: &str, position: &impl Serialize) -> Result<String, serde_json::Error> {
        let mut bytes = serde_json::to_vec(position)?;
        let tag = hmac::sign(&self.0, &scoped(scope, &bytes));
        bytes.extend_from_slice(tag.as_ref());
        Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The position in a cursor; an error for anything that [`Self::encode`] did not make for this `scope`.
    pub fn decode<P: DeserializeOwned>(&self, scope: &str, cursor: &str) -> Result<P, Invalid> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| Invalid::Cursor)?;
        let (position, tag) = bytes.split_last_chunk::<TAG_BYTES>().ok_or(Invalid::Cursor)?;
        hmac::verify(&self.0, &scoped(scope, position), tag).map_err(|_| Invalid::Cursor)?;
        serde_json::from_slice(position).map_err(|_| Invalid::Cursor)
    }
}

/// The signed bytes. The length prefix separates scope and position unambiguously.
fn scoped(scope: &str, position: &[u8]) -> Vec<u8> {
    [&(scope.len() as u64).to_be_bytes(), scope.as_bytes(), position].concat()
}

/// Functions that have no token secrets, those of public lists, have a secret for cursors alone.
impl FromEnv for Cursors {
    fn from_env() -> Result<Self, ConfigError> {
        match config::optional("CURSOR_SECRET") {
            Some(secret) => Ok(Self::new(secret.as_bytes())),
            None => Ok(Self::new(TokenSecrets::from_env()?.cursor_key().as_ref())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn decodes_what_it_encoded(position: (u64, String), scope: String) {
            let cursors = Cursors::new(b"secret");
            let cursor = cursors.encode(&scope, &position).unwrap();
            prop_assert_eq!(cursors.decode::<(u64, String)>(&scope, &cursor), Ok(position));
        }

        #[test]
        fn rejects_a_changed_cursor(at: prop::sample::Index, bit in 0..8_u8) {
            let cursors = Cursors::new(b"secret");
            let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(cursors.encode("list", &42).unwrap()).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            prop_assert_eq!(cursors.decode::<u64>("list", &BASE64_URL_SAFE_NO_PAD.encode(bytes)), Err(Invalid::Cursor));
        }
    }

    #[test]
    fn rejects_a_cursor_of_another_list_or_secret() {
        let cursor = Cursors::new(b"secret").encode("list", &42).unwrap();
        assert_eq!(
            Cursors::new(b"secret").decode::<u64>("other", &cursor),
            Err(Invalid::Cursor)
        );
        assert_eq!(
            Cursors::new(b"another").decode::<u64>("list", &cursor),
            Err(Invalid::Cursor)
        );
        assert_eq!(
            Cursors::new(b"secret").decode::<u64>("list", "🏃"),
            Err(Invalid::Cursor)
        );
        assert_eq!(Cursors::new(b"secret").decode::<u64>("list", ""), Err(Invalid::Cursor));
    }
}
