use super::user::PublicUserView;
use crate::domain::adjustment::Adjustment;
use crate::domain::bib::Bib;
use crate::domain::id::{MarathonId, UserId};
use crate::domain::reason::Reason;
use crate::domain::user::PersonName;
use crate::http::respond::List;
use crate::user_db::{RacePoints, RankedUser, UserLedgerEntry};
use serde::Serialize;
use time::OffsetDateTime;

/// A user's own points: the total, and a page of the ledger behind it.
#[derive(Debug, Serialize)]
pub struct LedgerView {
    #[serde(flatten)]
    pub user: PublicUserView,
    #[serde(flatten)]
    pub entries: List<LedgerEntryView>,
}

#[derive(Debug, Serialize)]
pub struct LedgerEntryView {
    pub event_id: String,
    pub marathon_id: MarathonId,
    pub bib: String,
    pub point: i64,
    pub reason: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl From<UserLedgerEntry> for LedgerEntryView {
    fn from(entry: UserLedgerEntry) -> Self {
        Self {
            event_id: entry.event_id,
            marathon_id: entry.marathon_id,
            bib: entry.bib,
            point: entry.point,
            reason: entry.reason,
            created_at: entry.created_at,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct RacePointsView {
    pub marathon_id: MarathonId,
    pub records: i64,
    pub record_point: i64,
    pub adjustments: i64,
    pub adjustment_point: i64,
    #[serde(with = "time::serde::rfc3339::option")]
    pub latest_at: Option<OffsetDateTime>,
}

impl From<RacePoints> for RacePointsView {
    fn from(points: RacePoints) -> Self {
        Self {
            marathon_id: points.marathon_id,
            records: points.records,
            record_point: points.record_point,
            adjustments: points.adjustments,
            adjustment_point: points.adjustment_point,
            latest_at: points.latest_at,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct RankedUserView {
    pub user_id: UserId,
    pub name: PersonName,
    pub total_point: i64,
    pub place: u64,
}

impl From<RankedUser> for RankedUserView {
    fn from(user: RankedUser) -> Self {
        Self {
            user_id: user.user_id,
            name: user.name,
            total_point: user.total_point,
            place: user.place,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct AdjustmentView {
    pub event_id: String,
    pub marathon_id: MarathonId,
    pub user_id: UserId,
    pub bib: Bib,
    pub point: i64,
    pub reason: Reason,
}

impl From<Adjustment> for AdjustmentView {
    fn from(adjustment: Adjustment) -> Self {
        Self {
            event_id: adjustment.event_id,
            marathon_id: adjustment.marathon_id,
            user_id: adjustment.user_id,
            bib: adjustment.bib,
            point: adjustment.point,
            reason: adjustment.reason,
        }
    }
}
