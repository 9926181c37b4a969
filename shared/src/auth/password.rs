//! Password hashing with Argon2id.

use crate::domain::password::Password;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// Memory in KiB, passes and lanes: the first configuration of the OWASP Password Storage Cheat Sheet (Argon2id,
/// 19 MiB, 2 passes, 1 lane), which fits the function's 512 MB many times and its share of a processor.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// A password could not be hashed: the system has no randomness or memory to give.
#[derive(Debug, thiserror::Error)]
#[error("password hashing failed: {0}")]
pub struct HashError(String);

fn argon2() -> Result<Argon2<'static>, HashError> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| HashError(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash to store for a password, with a new salt, as a PHC string.
///
/// # Errors
/// [`HashError`] when the system cannot provide randomness or memory.
pub fn hash(password: &Password) -> Result<String, HashError> {
    let hash = argon2()?.hash_password(password.expose().as_bytes());
    hash.map(|hash| hash.to_string())
        .map_err(|error| HashError(error.to_string()))
}

/// Whether `password` is the one that `stored` was made from. Without a stored hash it is not, after as much work: how
/// long a login takes does not tell whether the account exists.
///
/// # Errors
/// [`HashError`] when the system cannot provide memory.
pub fn verify(password: &str, stored: Option<&str>) -> Result<bool, HashError> {
    // Made with the same cost as every stored hash; no password is known to match it.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bXJtcnRob24tbm9ib2R5$\
                          AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let hash = PasswordHash::new(stored.unwrap_or(NOBODY)).map_err(|error| HashError(error.to_string()))?;
    Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok() && stored.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn only_the_same_password_verifies() {
        let stored = hash(&password("correct horse")).unwrap();
        assert!(verify("correct horse", Some(&stored)).unwrap());
        assert!(!verify("correct horsf", Some(&stored)).unwrap());
        assert!(!verify("", Some(&stored)).unwrap());
    }

    #[test]
    fn each_hash_has_its_own_salt_and_the_cost_written_down() {
        let (one, two) = (
            hash(&password("correct horse")).unwrap(),
            hash(&password("correct horse")).unwrap(),
        );
        assert_ne!(one, two);
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
    }

    #[test]
    fn nobody_has_no_password() {
        for guess in ["", "correct horse", "nobody"] {
            assert!(!verify(guess, None).unwrap());
        }
    }
}
