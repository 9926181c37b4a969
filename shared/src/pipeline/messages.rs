//! The messages on the topic.
//!
//! Each message travels in an [`Envelope`] with the version of the format. A stage rejects a message of another version
//! or with a missing field, and the message ends in a dead-letter queue.

use crate::domain::bib::Bib;
use crate::domain::finish_time::FinishTime;
use crate::domain::id::MarathonId;
use crate::domain::marathon::Title;
use crate::domain::point_event::PointEvent;
use crate::domain::user::PersonName;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// A message as it is sent: the body's fields beside the version.
#[derive(Debug, Serialize, Deserialize)]
pub struct Envelope<T> {
    version: Version1,
    #[serde(flatten)]
    pub body: T,
}

/// The version of the message format; serialized as the number 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
struct Version1;

/// A body that can be published.
pub trait Message: Serialize {
    /// The message attribute that subscriptions filter by.
    fn event_type(&self) -> &'static str;
}

/// A stream record that no stage can read (`dead_letter`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    pub reason: String,
    /// The record as it came, or only its keys if it is too long.
    pub record: Value,
}

/// What a stream record leads to.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum RecordMessage {
    PointEvent(PointEvent),
    DeadLetter(DeadLetter),
}

/// Points of one race that were added to the ledger (`points.awarded`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsNotification {
    pub marathon_id: MarathonId,
    pub marathon_title: Title,
    /// The number of awards.
    pub count: u64,
    /// The sum of their points.
    pub total_point: i64,
    /// The fastest of them, at most [`PointsNotification::MAX_AWARDS`].
    pub awards: Vec<AwardedPoints>,
}

/// One award in a [`PointsNotification`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwardedPoints {
    pub name: PersonName,
    pub bib: Bib,
    /// Negative when points are taken back.
    pub point: i64,
    /// The time that ranks the record, in ms.
    pub time_ms: Option<FinishTime>,
}

impl<T> Envelope<T> {
    #[must_use]
    pub const fn new(body: T) -> Self {
        Self {
            version: Version1,
            body,
        }
    }
}

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
            Err(format!("unsupported message version {version}"))
        }
    }
}

impl PointsNotification {
    /// The most awards that a notification lists. Ten notifications of this length stay below the 256 KiB that SNS
    /// accepts in one request.
    pub const MAX_AWARDS: usize = 50;

    /// One notification for each race in `events`.
    #[must_use]
    pub fn for_each_race<'a>(events: impl IntoIterator<Item = &'a PointEvent>) -> Vec<Self> {
        let mut races: BTreeMap<MarathonId, Self> = BTreeMap::new();
        for event in events {
            let notification = Self::from(event);
            match races.entry(event.marathon_id) {
                Entry::Vacant(entry) => drop(entry.insert(notification)),
                Entry::Occupied(mut entry) => entry.get_mut().merge(notification),
            }
        }
        races.into_values().map(Self::truncated).collect()
    }

    /// Merges another notification of the same race.
    pub fn merge(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.total_point = self.total_point.saturating_add(other.total_point);
        self.awards.extend(other.awards);
    }

    /// With the fastest awards only, sorted by time.
    #[must_use]
    pub fn truncated(mut self) -> Self {
        self.awards
            .sort_by(|a, b| (a.time_ms.is_none(), a.time_ms, &a.bib).cmp(&(b.time_ms.is_none(), b.time_ms, &b.bib)));
        self.awards.truncate(Self::MAX_AWARDS);
        self
    }
}

impl From<&PointEvent> for PointsNotification {
    fn from(event: &PointEvent) -> Self {
        Self {
            marathon_id: event.marathon_id,
            marathon_title: event.marathon_title.clone(),
            count: 1,
            total_point: event.point,
            awards: vec![event.into()],
        }
    }
}

impl From<&PointEvent> for AwardedPoints {
    fn from(event: &PointEvent) -> Self {
        Self {
            name: event.name.clone(),
            bib: event.bib.clone(),
            point: event.point,
            time_ms: event.time_ms,
        }
    }
}

impl Message for PointEvent {
    fn event_type(&self) -> &'static str {
        self.action.event_type()
    }
}

impl Message for DeadLetter {
    fn event_type(&self) -> &'static str {
        "dead_letter"
    }
}

impl Message for RecordMessage {
    fn event_type(&self) -> &'static str {
        match self {
            Self::PointEvent(event) => event.event_type(),
            Self::DeadLetter(dead_letter) => dead_letter.event_type(),
        }
    }
}

impl Message for PointsNotification {
    fn event_type(&self) -> &'static str {
        "points.awarded"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Body {
        id: i64,
    }

    #[test]
    fn envelope_puts_the_version_beside_the_body() {
        let json = json!({"version": 1, "id": 7});
        assert_eq!(serde_json::to_value(Envelope::new(Body { id: 7 })).unwrap(), json);
        let envelope: Envelope<Body> = serde_json::from_value(json).unwrap();
        assert_eq!(envelope.body, Body { id: 7 });
    }

    #[test]
    fn rejects_other_versions() {
        for version in [json!(0), json!(2), json!("1"), json!(null)] {
            let json = json!({"version": version, "id": 7});
            assert!(serde_json::from_value::<Envelope<Body>>(json).is_err(), "{version}");
        }
        assert!(serde_json::from_value::<Envelope<Body>>(json!({"id": 7})).is_err());
    }
}
