//! Configuration from environment variables, read once at start.

use std::env;

/// Why a function cannot start. Names the variable, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not set, or empty.
    #[error("environment variable {0} is missing")]
    Missing(&'static str),
    #[error("environment variable {name} is not {expected}")]
    Malformed { name: &'static str, expected: &'static str },
}

/// Something that is configured by environment variables.
pub trait FromEnv: Sized {
    /// Does no I/O: connections open at first use.
    fn from_env() -> Result<Self, ConfigError>;
}

pub fn required(name: &'static str) -> Result<String, ConfigError> {
    optional(name).ok_or(ConfigError::Missing(name))
}

/// The value of a variable, unless it is empty.
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
