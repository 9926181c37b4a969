//! A function's configuration, read once from its environment when it starts.

use std::env;

/// Why a function cannot start. It names the variable, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The variable is not set, or empty.
    #[error("environment variable {0} is missing")]
    Missing(&'static str),
    /// The variable is set to something that cannot be used.
    #[error("environment variable {name} is not {expected}")]
    Malformed {
        /// The variable.
        name: &'static str,
        /// What it should be.
        expected: &'static str,
    },
}

/// Something a function uses that is set up from its environment.
pub trait FromEnv: Sized {
    /// Sets it up, without any I/O: the first use connects.
    ///
    /// # Errors
    /// [`ConfigError`] that names the variable at fault.
    fn from_env() -> Result<Self, ConfigError>;
}

/// The value of a variable that must be set.
///
/// # Errors
/// [`ConfigError::Missing`] when it is not, or is empty.
pub fn required(name: &'static str) -> Result<String, ConfigError> {
    optional(name).ok_or(ConfigError::Missing(name))
}

/// The value of a variable that may be set.
#[must_use]
pub fn optional(name: &'static str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

macro_rules! from_env_for_tuples {
    ($($name:ident)*) => {
        impl<$($name: FromEnv),*> FromEnv for ($($name,)*) {
            fn from_env() -> Result<Self, ConfigError> {
                Ok(($($name::from_env()?,)*))
            }
        }
    };
}
from_env_for_tuples!(A B);
from_env_for_tuples!(A B C);
