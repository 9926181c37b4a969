//! Divisions: age groups within a gender.

use super::field::Invalid;
use serde::{Deserialize, Serialize};
use std::fmt;
use time::Date;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Gender {
    F,
    M,
    /// Non-binary or other.
    X,
}

impl TryFrom<String> for Gender {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        match text.as_str() {
            "F" => Ok(Self::F),
            "M" => Ok(Self::M),
            "X" => Ok(Self::X),
            _ => Err(Invalid::Choice("F, M, X")),
        }
    }
}

impl fmt::Display for Gender {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, out)
    }
}

/// An age group within a gender, such as `F30-34`: five years wide from 20 to 79, `0-19` below and `80+` above.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Division(String);

impl Division {
    /// The division by age on race day.
    #[must_use]
    pub fn of(gender: Gender, birth_date: Date, held_on: Date) -> Self {
        Self(match age(birth_date, held_on) {
            0..=19 => format!("{gender}0-19"),
            years @ 20..=79 => {
                let from = years - years % 5;
                format!("{gender}{from}-{}", from + 4)
            }
            _ => format!("{gender}80+"),
        })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Division {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let group = text.strip_prefix(['F', 'M', 'X']).unwrap_or_default();
        let is_group = match group.split_once('-') {
            Some(("0", "19")) => true,
            Some((from, to)) => (20_u8..80)
                .step_by(5)
                .any(|age| from == age.to_string() && to == (age + 4).to_string()),
            None => group == "80+",
        };
        if is_group {
            Ok(Self(text))
        } else {
            Err(Invalid::Format("F30-34"))
        }
    }
}

/// Age in full years on race day; 0 for a birth date after it.
fn age(birth_date: Date, held_on: Date) -> u16 {
    let birthday_passed = (held_on.month() as u8, held_on.day()) >= (birth_date.month() as u8, birth_date.day());
    let years = held_on.year() - birth_date.year() - i32::from(!birthday_passed);
    u16::try_from(years).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    #[test]
    fn uses_the_age_on_race_day() {
        let race = date!(2026 - 03 - 15);
        for (born, division) in [
            (date!(1996 - 03 - 15), "F30-34"),
            (date!(1996 - 03 - 16), "F25-29"),
            (date!(2006 - 03 - 16), "F0-19"),
            (date!(1946 - 03 - 15), "F80+"),
            (date!(1946 - 03 - 16), "F75-79"),
            (date!(2027 - 01 - 01), "F0-19"),
        ] {
            assert_eq!(Division::of(Gender::F, born, race).as_str(), division, "born {born}");
        }
    }

    #[test]
    fn leap_day_birthday_is_on_march_1_in_common_years() {
        assert_eq!(age(date!(2000 - 02 - 29), date!(2030 - 02 - 28)), 29);
        assert_eq!(age(date!(2000 - 02 - 29), date!(2030 - 03 - 01)), 30);
    }

    #[test]
    fn rejects_other_texts() {
        for text in [
            "", "F", "30-34", "F31-35", "F30-39", "F80-84", "f30-34", "F030-34", "M20-24 ",
        ] {
            assert!(Division::try_from(text.to_owned()).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn parses_every_division_that_it_creates(born in 2_400_000..2_470_000, held in 2_460_000..2_470_000) {
            let (born, held) = (Date::from_julian_day(born).unwrap(), Date::from_julian_day(held).unwrap());
            let division = Division::of(Gender::M, born, held);
            prop_assert_eq!(Division::try_from(division.as_str().to_owned()), Ok(division));
        }
    }
}
