//! Reads of points: a user's ledger, the sums of a race, the ranking.

use super::{UserDb, UserDbError, first_of, read, read_user_id};
use crate::domain::id::{MarathonId, UserId};
use crate::domain::ranking::Places;
use crate::domain::user::{PersonName, UserType};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// An entry in a user's ledger.
#[derive(Debug)]
pub struct UserLedgerEntry {
    point_id: u64,
    pub event_id: String,
    pub marathon_id: MarathonId,
    pub bib: String,
    pub point: i64,
    pub reason: String,
    pub created_at: OffsetDateTime,
}

/// The id of the last entry of a page; the next page has lower ids.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct LedgerPosition(u64);

/// The sums of a race's ledger entries.
#[derive(Debug)]
pub struct RacePoints {
    pub marathon_id: MarathonId,
    pub records: i64,
    pub record_point: i64,
    pub adjustments: i64,
    pub adjustment_point: i64,
    pub latest_at: Option<OffsetDateTime>,
}

/// A runner in the ranking.
#[derive(Debug)]
pub struct RankedUser {
    pub user_id: UserId,
    pub name: PersonName,
    pub total_point: i64,
    pub place: u64,
}

/// The last runner of a page of the ranking.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RankingPosition {
    total_point: i64,
    user_id: UserId,
    places: Places,
}

impl UserDb {
    /// A page of a user's ledger, the newest entries first.
    pub async fn ledger(
        &self,
        user_id: UserId,
        limit: u32,
        after: Option<LedgerPosition>,
    ) -> Result<(Vec<UserLedgerEntry>, Option<LedgerPosition>), UserDbError> {
        let below = after.map_or(u64::MAX, |LedgerPosition(point_id)| point_id);
        let rows = sqlx::query!(
            r#"SELECT point_id, event_id, marathon_id, bib, point, reason, created_at AS "created_at: OffsetDateTime"
               FROM points WHERE user_id = ? AND point_id < ? ORDER BY point_id DESC LIMIT ?"#,
            user_id.get(),
            below,
            u64::from(limit) + 1,
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        let entries = rows.into_iter().map(|row| {
            let marathon_id = row.marathon_id.parse();
            Ok(UserLedgerEntry {
                point_id: row.point_id,
                event_id: row.event_id,
                marathon_id: marathon_id.map_err(|reason| UserDbError::Unreadable {
                    column: "marathon_id",
                    reason,
                })?,
                bib: row.bib,
                point: row.point,
                reason: row.reason,
                created_at: row.created_at,
            })
        });
        let (entries, more) = first_of(entries.collect::<Result<_, UserDbError>>()?, limit);
        let next = entries
            .last()
            .filter(|_| more)
            .map(|entry| LedgerPosition(entry.point_id));
        Ok((entries, next))
    }

    /// The sums of a race's ledger entries, separately for records and adjustments.
    pub async fn points_of_race(&self, marathon_id: MarathonId) -> Result<RacePoints, UserDbError> {
        // The event id of an adjustment ends with `:adjust`. The covering index has every column of this query.
        let sums = sqlx::query!(
            r#"SELECT CAST(COALESCE(SUM(record_point > 0), 0) AS SIGNED) AS records,
                      CAST(COALESCE(SUM(record_point), 0) AS SIGNED) AS record_point,
                      CAST(COALESCE(SUM(adjustments), 0) AS SIGNED) AS adjustments,
                      CAST(COALESCE(SUM(adjustment_point), 0) AS SIGNED) AS adjustment_point,
                      MAX(latest_at) AS "latest_at: OffsetDateTime"
               FROM (
                   SELECT SUM(IF(adjusts, 0, point)) AS record_point, SUM(adjusts) AS adjustments,
                          SUM(IF(adjusts, point, 0)) AS adjustment_point, MAX(created_at) AS latest_at
                   FROM (
                       SELECT bib, point, created_at, event_id LIKE '%:adjust' AS adjusts
                       FROM points WHERE marathon_id = ?
                   ) of_race
                   GROUP BY bib
               ) of_bibs"#,
            marathon_id.to_string()
        )
        .fetch_one(&mut *self.connection().await?)
        .await?;
        Ok(RacePoints {
            marathon_id,
            records: sums.records,
            record_point: sums.record_point,
            adjustments: sums.adjustments,
            adjustment_point: sums.adjustment_point,
            latest_at: sums.latest_at,
        })
    }

    /// A page of the runners sorted by points; equal points share a place.
    pub async fn ranking(
        &self,
        limit: u32,
        after: Option<RankingPosition>,
    ) -> Result<(Vec<RankedUser>, Option<RankingPosition>), UserDbError> {
        let (total_point, user_id, mut places) = after.map_or((i64::MAX, 0, Places::default()), |after| {
            (after.total_point, after.user_id.get(), after.places)
        });
        let rows = sqlx::query!(
            "SELECT user_id, name, total_point FROM users
             WHERE user_type = ? AND (total_point < ? OR (total_point = ? AND user_id > ?))
             ORDER BY total_point DESC, user_id LIMIT ?",
            u8::from(UserType::Personal),
            total_point,
            total_point,
            user_id,
            u64::from(limit) + 1,
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        let (rows, more) = first_of(rows, limit);
        let ranked = rows.into_iter().map(|row| {
            Ok(RankedUser {
                user_id: read_user_id(row.user_id)?,
                name: read("name", row.name)?,
                total_point: row.total_point,
                place: places.next(row.total_point),
            })
        });
        let ranked = ranked.collect::<Result<Vec<_>, UserDbError>>()?;
        let next = ranked.last().filter(|_| more).map(|last| RankingPosition {
            total_point: last.total_point,
            user_id: last.user_id,
            places,
        });
        Ok((ranked, next))
    }
}
