//! The messages that travel over the topic, each with its version.
//!
//! A message of another version, or with a field missing, is refused by its receiver and ends in a dead-letter queue.

use crate::domain::bib::Bib;
use crate::domain::finish_time::FinishTime;
use crate::domain::id::{MarathonId, UserId};
use crate::domain::marathon::Title;
use crate::domain::reason::Reason;
use crate::domain::user::PersonName;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use time::OffsetDateTime;

/// The version of every message's shape; serialized as the number 1 and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct Version1;

impl From<Version1> for u8 {
    fn from(Version1: Version1) -> Self {
        1
    }
}

impl TryFrom<u8> for Version1 {
    type Error = String;

    fn try_from(version: u8) -> Result<Self, String> {
        if version == 1 {
            Ok(Self)
        } else {
            Err(format!("message version {version} is not known here"))
        }
    }
}

/// Why points change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// They are given for an official record.
    Award,
    /// They are taken back, because the record they were given for has changed or is gone.
    Revoke,
    /// The organizer adjusts them.
    Adjust,
}

/// A change of somebody's points (`official_record.award`, `official_record.revoke`, `points.adjust`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointEvent {
    /// The shape of this message.
    pub version: Version1,
    /// What makes this event one event, however often it is delivered: one of an [`AwardId`](crate::domain::award::AwardId)
    /// for a record, `<marathon_id>:<hash of the idempotency key>:adjust` for an adjustment; at most 64 characters.
    pub event_id: String,
    /// Why.
    pub action: Action,
    /// Whose points.
    pub user_id: UserId,
    /// How many, negative when they are taken.
    pub point: i64,
    /// The organizer's reason for an adjustment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// For which race.
    pub marathon_id: MarathonId,
    /// The race's title.
    pub marathon_title: Title,
    /// The number worn.
    pub bib: Bib,
    /// The runner's public name.
    pub name: PersonName,
    /// The time that decides the place, in ms.
    pub time_ms: Option<FinishTime>,
    /// When the record was changed, if that is known.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    pub occurred_at: Option<OffsetDateTime>,
}

impl Action {
    /// Its name, which event ids and types end with.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Award => "award",
            Self::Revoke => "revoke",
            Self::Adjust => "adjust",
        }
    }
}

impl PointEvent {
    /// What the ledger says of it: the organizer's words, or the type of the event.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.reason.as_ref().map_or(self.event_type(), Reason::as_str)
    }
}

/// A record of the stream that no stage understands (`dead_letter`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The shape of this message.
    pub version: Version1,
    /// Why it is not understood.
    pub reason: String,
    /// The record as it came, or the keys of one that is too long.
    pub record: Value,
}

/// What a record of the stream gives rise to.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum OfRecord {
    /// Points change.
    Event(PointEvent),
    /// It is not understood.
    DeadLetter(DeadLetter),
}

/// One line of a [`Notice`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awarded {
    /// The runner's public name.
    pub name: PersonName,
    /// The number worn.
    pub bib: Bib,
    /// The points, negative when taken back.
    pub point: i64,
    /// The time that decides the place, in ms.
    pub time_ms: Option<FinishTime>,
}

/// Points of one race that are in the ledger now (`points.awarded`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The shape of this message.
    pub version: Version1,
    /// The race.
    pub marathon_id: MarathonId,
    /// The race's title.
    pub marathon_title: Title,
    /// How many awards there are.
    pub count: u64,
    /// The sum of their points.
    pub total_point: i64,
    /// Who got, or lost, how many points: the fastest of them, at most [`Notice::MOST_AWARDS`].
    pub awards: Vec<Awarded>,
}

impl Notice {
    /// As many awards as a notice tells one by one: more are no news for people, and ten notices with so many stay below
    /// the 256 KiB that SNS takes at once.
    pub const MOST_AWARDS: usize = 50;

    /// One notice for each race that `events` are about.
    #[must_use]
    pub fn for_each_race<'a>(events: impl IntoIterator<Item = &'a PointEvent>) -> Vec<Self> {
        let mut races: BTreeMap<MarathonId, Self> = BTreeMap::new();
        for event in events {
            let notice = Self::from(event);
            match races.entry(event.marathon_id) {
                Entry::Vacant(entry) => drop(entry.insert(notice)),
                Entry::Occupied(mut entry) => entry.get_mut().add(notice),
            }
        }
        races.into_values().map(Self::shortened).collect()
    }

    /// Takes in another notice of the same race.
    pub fn add(&mut self, other: Self) {
        self.count += other.count;
        self.total_point += other.total_point;
        self.awards.extend(other.awards);
    }

    /// With the fastest awards only, the fastest first.
    #[must_use]
    pub fn shortened(mut self) -> Self {
        self.awards
            .sort_by(|a, b| (a.time_ms.is_none(), a.time_ms, &a.bib).cmp(&(b.time_ms.is_none(), b.time_ms, &b.bib)));
        self.awards.truncate(Self::MOST_AWARDS);
        self
    }
}

impl From<&PointEvent> for Notice {
    fn from(event: &PointEvent) -> Self {
        Self {
            version: Version1,
            marathon_id: event.marathon_id,
            marathon_title: event.marathon_title.clone(),
            count: 1,
            total_point: event.point,
            awards: vec![event.into()],
        }
    }
}

impl From<&PointEvent> for Awarded {
    fn from(event: &PointEvent) -> Self {
        Self {
            name: event.name.clone(),
            bib: event.bib.clone(),
            point: event.point,
            time_ms: event.time_ms,
        }
    }
}

/// A message for the topic.
pub trait Message: Serialize {
    /// The message attribute that subscriptions filter by.
    fn event_type(&self) -> &'static str;
}

impl Message for PointEvent {
    fn event_type(&self) -> &'static str {
        match self.action {
            Action::Award => "official_record.award",
            Action::Revoke => "official_record.revoke",
            Action::Adjust => "points.adjust",
        }
    }
}

impl Message for DeadLetter {
    fn event_type(&self) -> &'static str {
        "dead_letter"
    }
}

impl Message for OfRecord {
    fn event_type(&self) -> &'static str {
        match self {
            Self::Event(event) => event.event_type(),
            Self::DeadLetter(dead_letter) => dead_letter.event_type(),
        }
    }
}

impl Message for Notice {
    fn event_type(&self) -> &'static str {
        "points.awarded"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_version_1_is_understood() {
        assert!(serde_json::from_str::<Version1>("1").is_ok());
        for other in ["0", "2", "\"1\"", "null"] {
            assert!(serde_json::from_str::<Version1>(other).is_err(), "{other}");
        }
    }
}
