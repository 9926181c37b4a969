//! Identifiers of users, races, sessions and records.

use super::field::Invalid;
use super::newtype::uuid_id;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Assigned by `user_db`; 1 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub struct UserId(u64);

impl UserId {
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl TryFrom<i64> for UserId {
    type Error = Invalid;

    fn try_from(number: i64) -> Result<Self, Invalid> {
        match u64::try_from(number) {
            Ok(id @ 1..) => Ok(Self(id)),
            _ => Err(Invalid::Range { min: 1, max: i64::MAX }),
        }
    }
}

impl From<UserId> for i64 {
    fn from(id: UserId) -> Self {
        // Always fits: created from an i64.
        Self::try_from(id.0).unwrap_or(Self::MAX)
    }
}

impl FromStr for UserId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let number = text
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| text.parse::<i64>().ok())
            .flatten();
        number
            .and_then(|number| Self::try_from(number).ok())
            .ok_or(Invalid::Format("123"))
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

uuid_id! {
    /// Identifies a race.
    MarathonId
}
uuid_id! {
    /// Identifies a login and the tokens issued for it.
    SessionId
}
uuid_id! {
    /// Identifies a record; one that is deleted and entered again has a new id.
    RecordId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_ids_are_positive_numbers() {
        assert_eq!("42".parse::<UserId>().unwrap().get(), 42);
        for text in ["", "0", "-1", "+1", "1.0", "9223372036854775808", "١"] {
            assert!(text.parse::<UserId>().is_err(), "{text:?}");
        }
    }
}
