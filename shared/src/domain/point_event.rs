//! Changes of a user's points. The pipeline carries them to the ledger.

use super::bib::Bib;
use super::finish_time::FinishTime;
use super::id::{MarathonId, UserId};
use super::marathon::Title;
use super::reason::Reason;
use super::user::PersonName;
use serde::{Deserialize, Serialize};
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
    pub event_id: String,
    pub action: Action,
    pub user_id: UserId,
    /// Negative when points are taken.
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
