//! Access tokens: JSON Web Tokens with the caller's id, type and name, so that routes need not query `user_db`.

use super::hs256;
use super::token_secrets::TokenSecrets;
use crate::config::{ConfigError, FromEnv};
use crate::domain::id::{SessionId, UserId};
use crate::domain::user::{PersonName, UserType};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

const ISSUER: &str = "mrmrthon";
const AUDIENCE: &str = "mrmrthon-api";

pub const LIFETIME: Duration = Duration::minutes(15);

/// The user of a verified token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    pub user_id: UserId,
    pub user_type: UserType,
    /// The user's public name.
    pub name: PersonName,
    /// The login that the token was issued for.
    #[serde(rename = "sid")]
    pub session: SessionId,
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
    #[serde(flatten)]
    caller: Caller,
}

/// Malformed, expired, or with a wrong signature, algorithm, issuer or audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token is not valid")]
pub struct InvalidToken;

/// Signs access tokens.
pub struct TokenIssuer(EncodingKey);

impl TokenIssuer {
    /// The secret has at least 64 bytes.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        hs256::install();
        Self(EncodingKey::from_secret(secret))
    }

    /// A token that is valid for [`LIFETIME`] from `now`.
    pub fn issue(&self, caller: &Caller, now: OffsetDateTime) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            iat: now.unix_timestamp(),
            exp: (now + LIFETIME).unix_timestamp(),
            caller: caller.clone(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.0)
    }
}

impl FromEnv for TokenIssuer {
    fn from_env() -> Result<Self, ConfigError> {
        Ok(Self::new(TokenSecrets::from_env()?.newest().as_bytes()))
    }
}

/// Verifies access tokens, with the current secret and, during a rotation, the previous one.
pub struct TokenVerifier {
    keys: Vec<DecodingKey>,
    validation: Validation,
}

impl TokenVerifier {
    /// Accepts tokens signed with any of `secrets`.
    #[must_use]
    pub fn new<S: AsRef<[u8]>>(secrets: &[S]) -> Self {
        hs256::install();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.leeway = 0;
        Self {
            keys: secrets
                .iter()
                .map(|secret| DecodingKey::from_secret(secret.as_ref()))
                .collect(),
            validation,
        }
    }

    /// Returns the caller; the error does not say what is wrong with the token.
    pub fn verify(&self, token: &str) -> Result<Caller, InvalidToken> {
        self.keys
            .iter()
            .find_map(|key| jsonwebtoken::decode::<Claims>(token, key, &self.validation).ok())
            .map(|token| token.claims.caller)
            .ok_or(InvalidToken)
    }
}

impl FromEnv for TokenVerifier {
    fn from_env() -> Result<Self, ConfigError> {
        Ok(Self::new(TokenSecrets::from_env()?.all()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    const SECRET: [u8; 64] = [1; 64];
    const OTHER: [u8; 64] = [2; 64];

    fn caller() -> Caller {
        Caller {
            user_id: UserId::try_from(7).unwrap(),
            user_type: UserType::Organizer,
            name: PersonName::try_from("주최자".to_owned()).unwrap(),
            session: "0199a4b2-7c00-7000-8000-000000000001".parse().unwrap(),
        }
    }

    fn token(issued_at: OffsetDateTime) -> String {
        TokenIssuer::new(&SECRET).issue(&caller(), issued_at).unwrap()
    }

    #[test]
    fn returns_the_caller_of_a_valid_token() {
        let verifier = TokenVerifier::new(&[SECRET]);
        assert_eq!(verifier.verify(&token(OffsetDateTime::now_utc())), Ok(caller()));
    }

    #[test]
    fn rejects_an_expired_token() {
        let verifier = TokenVerifier::new(&[SECRET]);
        let long_ago = OffsetDateTime::now_utc() - LIFETIME - Duration::SECOND;
        assert_eq!(verifier.verify(&token(long_ago)), Err(InvalidToken));
    }

    #[test]
    fn accepts_only_the_given_secrets() {
        let token = token(OffsetDateTime::now_utc());
        assert_eq!(TokenVerifier::new(&[OTHER]).verify(&token), Err(InvalidToken));
        assert!(TokenVerifier::new(&[OTHER, SECRET]).verify(&token).is_ok());
    }

    #[test]
    fn rejects_other_algorithms() {
        let verifier = TokenVerifier::new(&[SECRET]);
        let token = token(OffsetDateTime::now_utc());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (_, payload) = signed.split_once('.').unwrap();
        for algorithm in ["none", "None", "HS384", "HS512", "RS256", "ES256", "EdDSA"] {
            let header = BASE64_URL_SAFE_NO_PAD.encode(format!(r#"{{"typ":"JWT","alg":"{algorithm}"}}"#));
            for signature in [signature, ""] {
                assert_eq!(
                    verifier.verify(&format!("{header}.{payload}.{signature}")),
                    Err(InvalidToken)
                );
            }
        }
    }

    #[test]
    fn rejects_garbage() {
        let verifier = TokenVerifier::new(&[SECRET]);
        for garbage in ["", ".", "..", "a.b.c", "🏃", "eyJhbGciOiJIUzI1NiJ9.e30."] {
            assert_eq!(verifier.verify(garbage), Err(InvalidToken), "{garbage:?}");
        }
    }

    #[test]
    fn rejects_another_issuer_or_audience() {
        let verifier = TokenVerifier::new(&[SECRET]);
        let exp = (OffsetDateTime::now_utc() + LIFETIME).unix_timestamp();
        for (iss, aud) in [("other", AUDIENCE), (ISSUER, "other")] {
            let claims = Claims {
                iss: iss.into(),
                aud: aud.into(),
                iat: 0,
                exp,
                caller: caller(),
            };
            let key = EncodingKey::from_secret(&SECRET);
            let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap();
            assert_eq!(verifier.verify(&token), Err(InvalidToken));
        }
    }
}
