//! Players: runners in a race, with a bib or on the waitlist.

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

/// A runner with a bib in a race.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Player {
    pub marathon_id: MarathonId,
    pub user_id: UserId,
    /// The account's name at the time of the application.
    pub name: PersonName,
    pub bib: Bib,
    pub gender: Option<Gender>,
    /// Stored instead of the division, which depends on race day. Never part of a response.
    #[serde(default, with = "iso_date::option")]
    pub birth_date: Option<Date>,
    /// Race day at the time of the application; sorts a runner's races.
    #[serde(with = "iso_date")]
    pub held_on: Date,
    #[serde(with = "time::serde::rfc3339")]
    pub applied_at: OffsetDateTime,
    /// The player's official record.
    pub record_id: Option<RecordId>,
}

impl Player {
    /// None without a gender or birth date.
    #[must_use]
    pub fn division(&self, held_on: Date) -> Option<Division> {
        Some(Division::of(self.gender?, self.birth_date?, held_on))
    }
}

/// A runner on the waitlist of a full race.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitlistEntry {
    pub marathon_id: MarathonId,
    pub user_id: UserId,
    /// The account's name at the time of the application.
    pub name: PersonName,
    /// The requested bib; another one is assigned if it is taken by the time of promotion.
    pub wished_bib: Option<Bib>,
    pub gender: Option<Gender>,
    /// For the division, if told; never shown.
    #[serde(default, with = "iso_date::option")]
    pub birth_date: Option<Date>,
    /// Race day at the time of the application; sorts a runner's races.
    #[serde(with = "iso_date")]
    pub held_on: Date,
    #[serde(with = "time::serde::rfc3339")]
    pub applied_at: OffsetDateTime,
    /// The place on the waitlist, from 1, if it was counted. Not stored, because it changes with the entries ahead.
    #[serde(skip)]
    pub place: Option<u32>,
}

impl WaitlistEntry {
    /// None without a gender or birth date.
    #[must_use]
    pub fn division(&self, held_on: Date) -> Option<Division> {
        Some(Division::of(self.gender?, self.birth_date?, held_on))
    }

    /// The player after promotion from the waitlist.
    #[must_use]
    pub fn into_player(self, bib: Bib) -> Player {
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

/// A runner's part in a race.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Participation {
    Entered(Player),
    Waiting(WaitlistEntry),
}

impl Participation {
    #[must_use]
    pub const fn marathon_id(&self) -> MarathonId {
        match self {
            Self::Entered(player) => player.marathon_id,
            Self::Waiting(waiting) => waiting.marathon_id,
        }
    }
}

/// The body of an application.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationInput {
    pub bib: Option<String>,
    pub gender: Option<String>,
    pub birth_date: Option<String>,
}

/// A valid application. Without a bib, the race assigns one.
#[derive(Debug)]
pub struct Applicant {
    pub user_id: UserId,
    pub name: PersonName,
    pub bib: Option<Bib>,
    pub gender: Option<Gender>,
    pub birth_date: Option<Date>,
    pub applied_at: OffsetDateTime,
}

impl ApplicationInput {
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
    #[must_use]
    pub fn waitlist_entry(&self, marathon: &Marathon) -> WaitlistEntry {
        WaitlistEntry {
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

    #[must_use]
    pub fn player(&self, marathon: &Marathon, bib: Bib) -> Player {
        self.waitlist_entry(marathon).into_player(bib)
    }
}

/// Identifies a player of a race.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlayerRef {
    Bib(Bib),
    User(UserId),
}

impl fmt::Display for PlayerRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bib(bib) => write!(out, "bib {bib}"),
            Self::User(user_id) => write!(out, "user_id {user_id}"),
        }
    }
}

impl PlayerRef {
    /// Parses a body that has exactly one of `bib` and `user_id`.
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
    fn names_every_invalid_field() {
        let bad = ApplicationInput {
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
