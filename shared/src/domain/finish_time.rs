//! Race times in milliseconds.

use super::field::Invalid;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

const SHAPE: &str = "H:MM:SS[.mmm]";

/// A time from start to a timing mat: 1 ms to 99:59:59.999, stored in ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub struct FinishTime(u32);

impl FinishTime {
    pub const MAX_MS: u32 = 359_999_999;

    #[must_use]
    pub const fn ms(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for FinishTime {
    type Error = Invalid;

    fn try_from(ms: i64) -> Result<Self, Invalid> {
        match u32::try_from(ms) {
            Ok(ms @ 1..=Self::MAX_MS) => Ok(Self(ms)),
            _ => Err(Invalid::Range {
                min: 1,
                max: i64::from(Self::MAX_MS),
            }),
        }
    }
}

impl FromStr for FinishTime {
    type Err = Invalid;

    /// Parses `H:MM:SS` with up to three decimals.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        parse(text)
            .and_then(|ms| Self::try_from(i64::from(ms)).ok())
            .ok_or(Invalid::Format(SHAPE))
    }
}

fn parse(text: &str) -> Option<u32> {
    let (clock, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = clock.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        let is_number = lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse::<u32>().ok()).flatten()
    };
    let hours = digits(hours, 1..=2)?;
    let minutes = digits(minutes, 2..=2).filter(|m| *m < 60)?;
    let seconds = digits(seconds, 2..=2).filter(|s| *s < 60)?;
    let thousandths = digits(&format!("{decimals:0<3}"), 3..=3).filter(|_| !decimals.is_empty())?;
    parts
        .next()
        .is_none()
        .then_some(((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths)
}

impl fmt::Display for FinishTime {
    /// `H:MM:SS`, with `.mmm` unless it is zero.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, ms) = (self.0 / 1000, self.0 % 1000);
        write!(out, "{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        if ms == 0 { Ok(()) } else { write!(out, ".{ms:03}") }
    }
}

/// A time as the API writes it, `H:MM:SS[.mmm]`, for serde's `with`.
pub mod as_text {
    use super::FinishTime;
    use serde::Serializer;

    /// Writes a time, or null.
    #[allow(clippy::ref_option, reason = "the shape serde asks for")]
    pub fn serialize<S: Serializer>(time: &Option<FinishTime>, out: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => out.collect_str(time),
            None => out.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parses_milliseconds() {
        for (text, ms) in [
            ("0:00:00.001", 1),
            ("1:18:25", 4_705_000),
            ("01:18:25", 4_705_000),
            ("2:00:35.5", 7_235_500),
            ("7:55:19.25", 28_519_250),
            ("99:59:59.999", FinishTime::MAX_MS),
        ] {
            assert_eq!(text.parse::<FinishTime>().unwrap().ms(), ms, "{text}");
        }
    }

    #[test]
    fn rejects_other_formats() {
        for text in [
            "",
            "0:00:00",
            "1:18",
            "1:18:2",
            "1:60:00",
            "1:00:60",
            "100:00:00",
            "-1:00:00",
            "+1:00:00",
            "1:00:00.",
            "1:00:00.1234",
            "1:00:00.1e1",
            "1:00:00:00",
            " 1:00:00",
            "١:00:00",
            "1:00:00\0",
            ":::",
            "1.5",
        ] {
            assert_eq!(text.parse::<FinishTime>(), Err(Invalid::Format(SHAPE)), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn printing_and_parsing_round_trip(ms in 1..=FinishTime::MAX_MS) {
            let time = FinishTime(ms);
            prop_assert_eq!(time.to_string().parse::<FinishTime>(), Ok(time));
        }

        #[test]
        fn never_panics(text in ".{0,16}") {
            let _ = text.parse::<FinishTime>();
        }
    }
}
