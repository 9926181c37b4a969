//! Bibs: the runners' numbers.

use super::field::Invalid;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A runner's number, unique within a marathon: 1 to 10 letters, digits or hyphens ("F3" and "W1" are real bibs).
///
/// Letters are normalized to upper case, so that "w1" is "W1".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Bib(String);

impl Bib {
    #[must_use]
    pub fn numbered(number: u32) -> Self {
        Self(number.to_string())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Bib {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bib = text.trim().to_ascii_uppercase();
        match bib.len() {
            1..=10 if bib.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => Ok(Self(bib)),
            1..=10 => Err(Invalid::Characters),
            _ => Err(Invalid::Length { min: 1, max: 10 }),
        }
    }
}

impl TryFrom<String> for Bib {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl fmt::Display for Bib {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_real_bibs() {
        for (text, bib) in [("F3", "F3"), ("w103", "W103"), (" 21638 ", "21638"), ("A-12", "A-12")] {
            assert_eq!(text.parse::<Bib>().unwrap().as_str(), bib);
        }
    }

    #[test]
    fn rejects_other_texts() {
        for text in ["", "   ", "12345678901", "7 3", "7/3", "７", "#1", "1\0"] {
            assert!(text.parse::<Bib>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn printing_and_parsing_round_trip(text in ".{0,14}") {
            if let Ok(bib) = text.parse::<Bib>() {
                prop_assert_eq!(bib.as_str().parse::<Bib>(), Ok(bib));
            }
        }
    }
}
