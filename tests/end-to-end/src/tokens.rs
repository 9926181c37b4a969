//! Access tokens that no login issues: expired or forged.

use crate::stack::Stack;
use shared::auth::token::{Caller, LIFETIME, TokenIssuer, TokenVerifier};
use time::{Duration, OffsetDateTime};

/// `{"typ":"JWT","alg":"none"}`
const UNSIGNED: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0";

/// Derives tokens of the same user from a token that a login issued.
pub struct Tokens {
    verifier: TokenVerifier,
    current: TokenIssuer,
    wrong: TokenIssuer,
}

impl Tokens {
    /// With the secret of the deployed stack, which has had no rotation.
    pub async fn for_stack() -> Self {
        let current = Stack::get().secret("TokenSecrets").await;
        Self {
            verifier: TokenVerifier::new(&[&current]),
            current: TokenIssuer::new(current.as_bytes()),
            wrong: TokenIssuer::new(&[b'x'; 64]),
        }
    }

    /// Signed with the current secret, expired a second ago.
    #[must_use]
    pub fn expired(&self, token: &str) -> String {
        let then = OffsetDateTime::now_utc() - LIFETIME - Duration::SECOND;
        self.current.issue(&self.caller(token), then).unwrap()
    }

    /// Signed with a key that the stack does not have.
    #[must_use]
    pub fn with_wrong_key(&self, token: &str) -> String {
        self.wrong
            .issue(&self.caller(token), OffsetDateTime::now_utc())
            .unwrap()
    }

    /// With the same claims, but `"alg": "none"` and no signature (RFC 7519, section 6).
    #[must_use]
    pub fn unsigned(&self, token: &str) -> String {
        let claims = token.split('.').nth(1).unwrap();
        format!("{UNSIGNED}.{claims}.")
    }

    fn caller(&self, token: &str) -> Caller {
        self.verifier.verify(token).unwrap()
    }
}
