//! Password hashing with Argon2id.

use crate::domain::password::Password;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use ring::rand::{SecureRandom, SystemRandom};
use std::cell::RefCell;
use std::fmt::Display;

/// Memory in KiB, iterations and parallelism, as the OWASP Password Storage Cheat Sheet recommends for Argon2id (19 MiB,
/// t=2, p=1).
const ARGON2_PARAMS: (u32, u32, u32) = (19 * 1024, 2, 1);

thread_local! {
    /// Argon2's working memory, reused for the next password. With an allocation for each password, glibc does not reuse
    /// the freed memory, and the function grows until it runs out.
    static WORKING_MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// No randomness or memory, or a malformed hash.
#[derive(Debug, thiserror::Error)]
#[error("password hashing failed: {0}")]
pub struct HashError(String);

impl HashError {
    fn from(cause: impl Display) -> Self {
        Self(cause.to_string())
    }
}

/// Hashes a password with a new salt; a PHC string.
pub fn hash(password: &Password) -> Result<String, HashError> {
    let (memory, passes, lanes) = ARGON2_PARAMS;
    let params = Params::new(memory, passes, lanes, None).map_err(HashError::from)?;
    let mut salt = [0; Salt::RECOMMENDED_LENGTH];
    SystemRandom::new().fill(&mut salt).map_err(HashError::from)?;
    let salt = Salt::new(&salt).map_err(HashError::from)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(HashError::from)?,
        salt: Some(salt),
        hash: Some(derive(params, password.expose(), &salt)?),
    };
    Ok(hash.to_string())
}

/// Whether `password` matches `stored`. Without a stored hash it returns false after the same work, so that the duration
/// of a login does not reveal whether the account exists.
pub fn verify(password: &str, stored: Option<&str>) -> Result<bool, HashError> {
    // The same parameters as every stored hash; no password is known to match it.
    const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bXJtcnRob24tbm9ib2R5$\
                          AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let hash = PasswordHash::new(stored.unwrap_or(DUMMY_HASH)).map_err(HashError::from)?;
    let params = Params::try_from(&hash).map_err(HashError::from)?;
    let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else {
        return Err(HashError::from("the stored hash has no salt or no output"));
    };
    // `Output` compares in constant time.
    Ok(derive(params, password, &salt)? == expected && stored.is_some())
}

fn derive(params: Params, password: &str, salt: &Salt) -> Result<Output, HashError> {
    WORKING_MEMORY.with_borrow_mut(|memory| {
        let blocks = params.block_count();
        memory
            .try_reserve_exact(blocks.saturating_sub(memory.len()))
            .map_err(HashError::from)?;
        memory.resize(blocks, Block::default());
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(password.as_bytes(), salt, &mut output, memory.as_mut_slice())
            .map_err(HashError::from)?;
        Output::new(&output).map_err(HashError::from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn verifies_only_the_same_password() {
        let stored = hash(&password("correct horse")).unwrap();
        assert!(verify("correct horse", Some(&stored)).unwrap());
        assert!(!verify("correct horsf", Some(&stored)).unwrap());
        assert!(!verify("", Some(&stored)).unwrap());
    }

    #[test]
    fn verifies_a_hash_of_another_implementation() {
        let stored =
            "$argon2id$v=19$m=19456,t=2,p=1$JBGJ6MV6WMfRxt3SrRHsHg$XemLlBUVStBYVJKj/9qPYQxOSuvszcFh17NK6+t4tA8";
        assert!(verify("AAAA", Some(stored)).unwrap());
        assert!(!verify("AAAB", Some(stored)).unwrap());
    }

    #[test]
    fn each_hash_has_its_own_salt_and_its_parameters() {
        let (one, two) = (
            hash(&password("correct horse")).unwrap(),
            hash(&password("correct horse")).unwrap(),
        );
        assert_ne!(one, two);
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
    }

    #[test]
    fn never_verifies_without_a_stored_hash() {
        for guess in ["", "correct horse", "nobody"] {
            assert!(!verify(guess, None).unwrap());
        }
    }
}
