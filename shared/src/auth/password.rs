//! Password hashing with Argon2id.

use crate::domain::password::Password;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use ring::rand::{SecureRandom, SystemRandom};
use std::cell::RefCell;
use std::fmt::Display;

/// Memory in KiB, passes and lanes: the first configuration of the OWASP Password Storage Cheat Sheet (Argon2id,
/// 19 MiB, 2 passes, 1 lane), which fits the function's 512 MB many times and its share of a processor.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

thread_local! {
    /// What Argon2 works in, kept for the next password: glibc's allocator seldom uses again what is given back in such
    /// pieces, and takes more each time until the function has no memory left.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// A password could not be hashed: the system has no randomness or memory to give.
#[derive(Debug, thiserror::Error)]
#[error("password hashing failed: {0}")]
pub struct HashError(String);

impl HashError {
    fn from(cause: impl Display) -> Self {
        Self(cause.to_string())
    }
}

/// The hash to store for a password, with a new salt, as a PHC string.
///
/// # Errors
/// [`HashError`] when the system cannot provide randomness or memory.
pub fn hash(password: &Password) -> Result<String, HashError> {
    let (memory, passes, lanes) = COST;
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

/// Whether `password` is the one that `stored` was made from. Without a stored hash it is not, after as much work: how
/// long a login takes does not tell whether the account exists.
///
/// # Errors
/// [`HashError`] when the system cannot provide memory, or what is stored is no hash of [`hash`].
pub fn verify(password: &str, stored: Option<&str>) -> Result<bool, HashError> {
    // Made with the same cost as every stored hash; no password is known to match it.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bXJtcnRob24tbm9ib2R5$\
                          AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let hash = PasswordHash::new(stored.unwrap_or(NOBODY)).map_err(HashError::from)?;
    let params = Params::try_from(&hash).map_err(HashError::from)?;
    let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else {
        return Err(HashError::from("the stored hash lacks its salt or itself"));
    };
    // Outputs are compared in constant time.
    Ok(derive(params, password, &salt)? == expected && stored.is_some())
}

/// What Argon2id makes of a password and a salt.
fn derive(params: Params, password: &str, salt: &Salt) -> Result<Output, HashError> {
    MEMORY.with_borrow_mut(|memory| {
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
    fn only_the_same_password_verifies() {
        let stored = hash(&password("correct horse")).unwrap();
        assert!(verify("correct horse", Some(&stored)).unwrap());
        assert!(!verify("correct horsf", Some(&stored)).unwrap());
        assert!(!verify("", Some(&stored)).unwrap());
    }

    #[test]
    fn a_hash_made_elsewhere_verifies() {
        let stored =
            "$argon2id$v=19$m=19456,t=2,p=1$JBGJ6MV6WMfRxt3SrRHsHg$XemLlBUVStBYVJKj/9qPYQxOSuvszcFh17NK6+t4tA8";
        assert!(verify("AAAA", Some(stored)).unwrap());
        assert!(!verify("AAAB", Some(stored)).unwrap());
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
