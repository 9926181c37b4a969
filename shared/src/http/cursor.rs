//! Cursors: where the next page of a list begins, sealed so that nobody can make one up.

use crate::config::{self, ConfigError, FromEnv};
use crate::domain::field::Invalid;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The length of a seal, in bytes: a whole HMAC-SHA256.
const SEAL: usize = 32;

/// Seals and opens cursors.
pub struct Cursors(hmac::Key);

impl Cursors {
    /// Cursors sealed with a secret.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// A cursor that only a list of the same `scope` (the list and its filters) accepts.
    ///
    /// # Errors
    /// Those of serde; none is known to occur.
    pub fn seal(&self, scope: &str, position: &impl Serialize) -> Result<String, serde_json::Error> {
        let mut sealed = serde_json::to_vec(position)?;
        let seal = hmac::sign(&self.0, &scoped(scope, &sealed));
        sealed.extend_from_slice(seal.as_ref());
        Ok(BASE64_URL_SAFE_NO_PAD.encode(sealed))
    }

    /// The position that a cursor of this `scope` holds.
    ///
    /// # Errors
    /// [`Invalid::Cursor`] for anything that [`Self::seal`] did not make for this scope.
    pub fn open<P: DeserializeOwned>(&self, scope: &str, cursor: &str) -> Result<P, Invalid> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| Invalid::Cursor)?;
        let (position, seal) = sealed.split_last_chunk::<SEAL>().ok_or(Invalid::Cursor)?;
        hmac::verify(&self.0, &scoped(scope, position), seal).map_err(|_| Invalid::Cursor)?;
        serde_json::from_slice(position).map_err(|_| Invalid::Cursor)
    }
}

/// What is sealed: the length keeps the end of the scope apart from the start of the position.
fn scoped(scope: &str, position: &[u8]) -> Vec<u8> {
    [&(scope.len() as u64).to_be_bytes(), scope.as_bytes(), position].concat()
}

impl FromEnv for Cursors {
    fn from_env() -> Result<Self, ConfigError> {
        config::required("CURSOR_SECRET").map(|secret| Self::new(secret.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_sealed_opens(position: (u64, String), scope: String) {
            let cursors = Cursors::new(b"secret");
            let cursor = cursors.seal(&scope, &position).unwrap();
            prop_assert_eq!(cursors.open::<(u64, String)>(&scope, &cursor), Ok(position));
        }

        #[test]
        fn a_changed_cursor_does_not(at: prop::sample::Index, bit in 0..8_u8) {
            let cursors = Cursors::new(b"secret");
            let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(cursors.seal("list", &42).unwrap()).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            prop_assert_eq!(cursors.open::<u64>("list", &BASE64_URL_SAFE_NO_PAD.encode(bytes)), Err(Invalid::Cursor));
        }
    }

    #[test]
    fn nor_does_one_of_another_list_or_secret() {
        let cursor = Cursors::new(b"secret").seal("list", &42).unwrap();
        assert_eq!(
            Cursors::new(b"secret").open::<u64>("other", &cursor),
            Err(Invalid::Cursor)
        );
        assert_eq!(
            Cursors::new(b"another").open::<u64>("list", &cursor),
            Err(Invalid::Cursor)
        );
        assert_eq!(Cursors::new(b"secret").open::<u64>("list", "🏃"), Err(Invalid::Cursor));
        assert_eq!(Cursors::new(b"secret").open::<u64>("list", ""), Err(Invalid::Cursor));
    }
}
