//! Who runs.

use crate::finish_time::FinishTime;
use std::fmt;
use time::{Date, Duration};

/// A runner and the result to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runner {
    /// The number worn, unique within the race, in upper case.
    pub bib: String,
    /// The public name.
    pub name: String,
    /// As results count it.
    pub gender: Gender,
    /// In years, on race day.
    pub age: u16,
    /// Start mat to finish mat; decides the place.
    pub net_time: FinishTime,
    /// Starting gun to finish; not before `net_time`.
    pub gun_time: FinishTime,
}

/// A runner's gender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    /// Women.
    F,
    /// Men.
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

/// A birth date of somebody who is `age` on race day; `spread` chooses one of the year's.
pub fn birth_date(held_on: Date, age: u16, spread: usize) -> Date {
    let year = held_on.year() - i32::from(age);
    // Only 29 February is not in every year.
    let birthday = held_on.replace_year(year).unwrap_or(held_on - Duration::DAY);
    let birthday = birthday.replace_year(year).unwrap_or(birthday);
    birthday - Duration::days(i64::try_from(spread % 365).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn age(born: Date, on: Date) -> i32 {
        on.year() - born.year() - i32::from((on.month() as u8, on.day()) < (born.month() as u8, born.day()))
    }

    #[test]
    fn the_age_is_that_of_race_day() {
        for held_on in [
            date!(2026 - 11 - 23),
            date!(2028 - 02 - 29),
            date!(2027 - 01 - 01),
            date!(2028 - 03 - 01),
        ] {
            for years in [18_u16, 27, 28, 83] {
                for spread in 0..366 {
                    assert_eq!(
                        age(birth_date(held_on, years, spread), held_on),
                        i32::from(years),
                        "{held_on} {spread}"
                    );
                }
            }
        }
    }
}
