//! Changes of a user's points. The pipeline carries them to the ledger.

use super::bib::Bib;
use super::finish_time::FinishTime;
use super::id::{MarathonId, UserId};
use super::marathon::Title;
use super::reason::Reason;
use super::user::PersonName;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use time::OffsetDateTime;

/// Why points change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// An official record earns them.
    Award,
    /// The record that earned them changed or was deleted.
    Revoke,
    /// The organizer adjusts them.
    Adjust,
}

/// A change of one user's points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointEvent {
    /// Identifies the event across deliveries, in at most 64 characters: an [`AwardId`](super::award::AwardId) with its
    /// action, or `<marathon_id>:<hash of the idempotency key>:adjust`.
    #[serde(deserialize_with = "event_id")]
    pub event_id: String,
    pub action: Action,
    pub user_id: UserId,
    /// Negative when points are taken.
    #[serde(deserialize_with = "point")]
    pub point: i64,
    /// The organizer's reason for an adjustment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    pub marathon_id: MarathonId,
    pub marathon_title: Title,
    pub bib: Bib,
    pub name: PersonName,
    /// The time that ranks the record, in ms.
    pub time_ms: Option<FinishTime>,
    /// When the record changed, if known.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    pub occurred_at: Option<OffsetDateTime>,
}

/// An id that the ledger can hold: the insertion of another one would fail its whole batch.
fn event_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    if matches!(id.len(), 1..=64) && id.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(id)
    } else {
        Err(D::Error::custom("event_id must have 1 to 64 visible ASCII characters"))
    }
}

/// Points of which the ledger can add a batch without an overflow.
fn point<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    i32::deserialize(deserializer).map(i64::from)
}

impl Action {
    /// The last part of an event id.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Award => "award",
            Self::Revoke => "revoke",
            Self::Adjust => "adjust",
        }
    }

    /// The type of the event, by which subscriptions filter.
    #[must_use]
    pub const fn event_type(self) -> &'static str {
        match self {
            Self::Award => "official_record.award",
            Self::Revoke => "official_record.revoke",
            Self::Adjust => "points.adjust",
        }
    }
}

impl PointEvent {
    /// The reason in the ledger: the organizer's, or else the event type.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.reason.as_ref().map_or(self.action.event_type(), Reason::as_str)
    }
}
