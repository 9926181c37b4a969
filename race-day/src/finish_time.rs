//! Times of a run.

use std::fmt;
use std::str::FromStr;

/// A time from the start, in whole milliseconds, written `H:MM:SS` with decimals when there are any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinishTime(u32);

/// A text is not a time.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time like 1:18:25 is needed")]
pub struct NotATime;

impl FinishTime {
    /// A time of whole seconds.
    pub const fn from_seconds(seconds: u32) -> Self {
        Self(seconds * 1000)
    }
}

impl FromStr for FinishTime {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        parse(text).filter(|ms| *ms > 0).map(Self).ok_or(NotATime)
    }
}

fn parse(text: &str) -> Option<u32> {
    let (clock, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    let [hours, minutes, seconds] = parts.as_slice() else {
        return None;
    };
    let number = |part: &str, longest: usize| {
        let is_number = (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse::<u32>().ok()).flatten()
    };
    let sixtieth = |part: &str| number(part, 2).filter(|n| part.len() == 2 && *n < 60);
    let thousandths = number(decimals, 3).and_then(|_| number(&format!("{decimals:0<3}"), 3))?;
    let seconds = (number(hours, 2)? * 60 + sixtieth(minutes)?) * 60 + sixtieth(seconds)?;
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
    fn times_are_read_and_written() {
        for (text, written) in [
            ("1:18:25", "1:18:25"),
            ("01:18:25", "1:18:25"),
            ("2:00:35.5", "2:00:35.500"),
        ] {
            assert_eq!(text.parse::<FinishTime>().unwrap().to_string(), written);
        }
    }

    #[test]
    fn times_are_in_order() {
        let times = ["0:59:59.999", "1:00:00", "1:00:00.001", "9:59:59", "10:00:00"];
        assert!(times.map(|text| text.parse::<FinishTime>().unwrap()).is_sorted());
    }

    #[test]
    fn anything_else_is_rejected() {
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
            assert_eq!(text.parse::<FinishTime>(), Err(NotATime), "{text:?}");
        }
    }
}
