//! Race times.

use std::fmt;
use std::str::FromStr;

/// A time in ms, printed as `H:MM:SS`, with `.mmm` unless it is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinishTime(u32);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a time like 1:18:25")]
pub struct ParseTimeError;

impl FinishTime {
    pub const fn from_seconds(seconds: u32) -> Self {
        Self(seconds * 1000)
    }
}

impl FromStr for FinishTime {
    type Err = ParseTimeError;

    /// Parses `H:MM:SS` with up to three decimals.
    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        parse(text).filter(|ms| *ms > 0).map(Self).ok_or(ParseTimeError)
    }
}

fn parse(text: &str) -> Option<u32> {
    let (clock, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    let [hours, minutes, seconds] = parts.as_slice() else {
        return None;
    };
    let number = |part: &str, max_digits: usize| {
        let is_number = (1..=max_digits).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse::<u32>().ok()).flatten()
    };
    let below_60 = |part: &str| number(part, 2).filter(|n| part.len() == 2 && *n < 60);
    let thousandths = number(decimals, 3).and_then(|_| number(&format!("{decimals:0<3}"), 3))?;
    let seconds = (number(hours, 2)? * 60 + below_60(minutes)?) * 60 + below_60(seconds)?;
    Some(seconds * 1000 + thousandths)
}

impl fmt::Display for FinishTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, ms) = (self.0 / 1000, self.0 % 1000);
        write!(out, "{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        if ms == 0 { Ok(()) } else { write!(out, ".{ms:03}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_prints_times() {
        for (text, printed) in [
            ("1:18:25", "1:18:25"),
            ("01:18:25", "1:18:25"),
            ("2:00:35.5", "2:00:35.500"),
        ] {
            assert_eq!(text.parse::<FinishTime>().unwrap().to_string(), printed);
        }
    }

    #[test]
    fn sorts_by_duration() {
        let times = ["0:59:59.999", "1:00:00", "1:00:00.001", "9:59:59", "10:00:00"];
        assert!(times.map(|text| text.parse::<FinishTime>().unwrap()).is_sorted());
    }

    #[test]
    fn rejects_other_formats() {
        for text in [
            "",
            "0:00:00",
            "1:18",
            "1:60:00",
            "1:00:60",
            "1:0:00",
            "100:00:00",
            "-1:00:00",
            "1:00:00.",
            "DNF",
        ] {
            assert_eq!(text.parse::<FinishTime>(), Err(ParseTimeError), "{text:?}");
        }
    }
}
