//! Runners and their results.

use crate::finish_time::FinishTime;
use std::fmt;
use time::{Date, Duration};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runner {
    /// Unique within the race, in upper case.
    pub bib: String,
    pub name: String,
    pub gender: Gender,
    /// In years, on race day.
    pub age: u16,
    /// Start mat to finish mat. Decides the place.
    pub net_time: FinishTime,
    /// Starting gun to finish; at least `net_time`.
    pub gun_time: FinishTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    F,
    M,
    /// Non-binary.
    X,
}

impl fmt::Display for Gender {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, out)
    }
}

impl fmt::Display for Runner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "bib {} ({})", self.bib, self.name)
    }
}

/// A birth date that gives `age` on race day. Different `seed`s spread birthdays over the year.
pub fn birth_date(held_on: Date, age: u16, seed: usize) -> Date {
    let year = held_on.year() - i32::from(age);
    // Fails only for 29 February.
    let birthday = held_on.replace_year(year).unwrap_or(held_on - Duration::DAY);
    let birthday = birthday.replace_year(year).unwrap_or(birthday);
    birthday - Duration::days(i64::try_from(seed % 365).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn age(born: Date, on: Date) -> i32 {
        on.year() - born.year() - i32::from((on.month() as u8, on.day()) < (born.month() as u8, born.day()))
    }

    #[test]
    fn birth_date_gives_age_on_race_day() {
        for held_on in [
            date!(2026 - 11 - 23),
            date!(2028 - 02 - 29),
            date!(2027 - 01 - 01),
            date!(2028 - 03 - 01),
        ] {
            for years in [18_u16, 27, 28, 83] {
                for seed in 0..366 {
                    assert_eq!(
                        age(birth_date(held_on, years, seed), held_on),
                        i32::from(years),
                        "{held_on} {seed}"
                    );
                }
            }
        }
    }
}
