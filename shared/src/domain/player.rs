//! Runners who take part in a race.

use super::bib::Bib;
use super::division::{Division, Gender};
use super::field::{FieldErrors, Fields, Invalid};
use super::id::{MarathonId, RecordId, UserId};
use super::iso_date;
use super::marathon::Marathon;
use super::user::{PersonName, birth_date};
use serde::{Deserialize, Serialize};
use std::fmt;
use time::{Date, OffsetDateTime};

/// A runner who takes part in a race.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Player {
    /// The race.
    pub marathon_id: MarathonId,
    /// The runner.
    pub user_id: UserId,
    /// The runner's public name when applying.
    pub name: PersonName,
    /// The number worn.
    pub bib: Bib,
    /// As results count it, if told.
    pub gender: Option<Gender>,
    /// For the division, if told. Kept instead of the division, which moves with race day; never shown.
    #[serde(default, with = "iso_date::option")]
    pub birth_date: Option<Date>,
    /// Race day when applying, which orders a runner's races.
    #[serde(with = "iso_date")]
    pub held_on: Date,
    /// When the runner applied.
    #[serde(with = "time::serde::rfc3339")]
    pub applied_at: OffsetDateTime,
    /// The official record that stands for this runner, if there is one.
    pub record_id: Option<RecordId>,
}

impl Player {
    /// The age group within the gender, when both are known.
    #[must_use]
    pub fn division(&self, held_on: Date) -> Option<Division> {
        Some(Division::of(self.gender?, self.birth_date?, held_on))
    }
}

/// A runner who waits for a place in a race that is full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The race.
    pub marathon_id: MarathonId,
    /// The runner.
    pub user_id: UserId,
    /// The runner's public name when applying.
    pub name: PersonName,
    /// The number asked for; another is given out when it is taken by then.
    pub wished_bib: Option<Bib>,
    /// As results count it, if told.
    pub gender: Option<Gender>,
    /// For the division, if told; never shown.
    #[serde(default, with = "iso_date::option")]
    pub birth_date: Option<Date>,
    /// Race day when applying, which orders a runner's races.
    #[serde(with = "iso_date")]
    pub held_on: Date,
    /// When the runner applied.
    #[serde(with = "time::serde::rfc3339")]
    pub applied_at: OffsetDateTime,
    /// The place in the line, 1 for who comes in next, where it was counted. It changes with those ahead, so it is not
    /// stored.
    #[serde(skip)]
    pub place: Option<u32>,
}

impl Waiting {
    /// The age group within the gender, when both are known.
    #[must_use]
    pub fn division(&self, held_on: Date) -> Option<Division> {
        Some(Division::of(self.gender?, self.birth_date?, held_on))
    }

    /// The player that the runner becomes when a place is free.
    #[must_use]
    pub fn with_bib(self, bib: Bib) -> Player {
        Player {
            marathon_id: self.marathon_id,
            user_id: self.user_id,
            name: self.name,
            bib,
            gender: self.gender,
            birth_date: self.birth_date,
            held_on: self.held_on,
            applied_at: self.applied_at,
            record_id: None,
        }
    }
}

/// How a runner takes part in a race.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Participation {
    /// With a bib.
    Entered(Player),
    /// On the list of those who wait for a place.
    Waiting(Waiting),
}

impl Participation {
    /// The race.
    #[must_use]
    pub const fn marathon_id(&self) -> MarathonId {
        match self {
            Self::Entered(player) => player.marathon_id,
            Self::Waiting(waiting) => waiting.marathon_id,
        }
    }
}

/// An application as it arrives.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct Application {
    pub bib: Option<String>,
    pub gender: Option<String>,
    pub birth_date: Option<String>,
}

/// An application that can be entered; its bib is given out if it asks for none.
#[derive(Debug)]
pub struct Applicant {
    /// The runner.
    pub user_id: UserId,
    /// The runner's public name.
    pub name: PersonName,
    /// The number asked for.
    pub bib: Option<Bib>,
    /// As results count it, if told.
    pub gender: Option<Gender>,
    /// For the division, if told.
    pub birth_date: Option<Date>,
    /// When the runner applied.
    pub applied_at: OffsetDateTime,
}

impl Application {
    /// The application of a runner at `now`.
    ///
    /// # Errors
    /// [`FieldErrors`] that names every refused field.
    pub fn parse(self, user_id: UserId, name: PersonName, now: OffsetDateTime) -> Result<Applicant, FieldErrors> {
        let mut fields = Fields::default();
        let bib = fields.optional("bib", self.bib, Bib::try_from);
        let gender = fields.optional("gender", self.gender, Gender::try_from);
        let birth_date = fields.optional("birth_date", self.birth_date, |text| birth_date(&text, now.date()));
        fields.finish(())?;
        Ok(Applicant {
            user_id,
            name,
            bib,
            gender,
            birth_date,
            applied_at: now,
        })
    }
}

impl Applicant {
    /// This applicant in the line of those who wait.
    #[must_use]
    pub fn waiting(&self, marathon: &Marathon) -> Waiting {
        Waiting {
            marathon_id: marathon.marathon_id,
            user_id: self.user_id,
            name: self.name.clone(),
            wished_bib: self.bib.clone(),
            gender: self.gender,
            birth_date: self.birth_date,
            held_on: marathon.held_on,
            applied_at: self.applied_at,
            place: None,
        }
    }

    /// The player this applicant becomes with a bib.
    #[must_use]
    pub fn with_bib(&self, marathon: &Marathon, bib: Bib) -> Player {
        self.waiting(marathon).with_bib(bib)
    }
}

/// Which player is meant, as the finish line knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runner {
    /// The runner with this bib.
    Bib(Bib),
    /// The runner with this account.
    User(UserId),
}

impl fmt::Display for Runner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bib(bib) => write!(out, "bib {bib}"),
            Self::User(user_id) => write!(out, "user_id {user_id}"),
        }
    }
}

impl Runner {
    /// Exactly one of a bib and an account.
    pub(super) fn parse(fields: &mut Fields, bib: Option<String>, user_id: Option<i64>) -> Option<Self> {
        match (bib, user_id) {
            (Some(bib), None) => fields.optional("bib", Some(bib), |text| text.parse().map(Self::Bib)),
            (None, Some(id)) => fields.optional("user_id", Some(id), |id| UserId::try_from(id).map(Self::User)),
            _ => fields.optional("bib", Some(()), |()| Err(Invalid::BibOrUser)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn every_bad_field_is_named() {
        let bad = Application {
            bib: Some("7/3".into()),
            gender: Some("female".into()),
            birth_date: Some("2026-11-24".into()),
        };
        let name = PersonName::try_from("A".to_owned()).unwrap();
        let errors = bad
            .parse(UserId::try_from(1).unwrap(), name, datetime!(2026-11-23 00:00 UTC))
            .unwrap_err();
        assert_eq!(
            errors.0.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(),
            ["bib", "gender", "birth_date"]
        );
    }
}
