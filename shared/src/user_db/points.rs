//! Reading the points: a user's ledger, and the ranking.

use super::{UserDb, UserDbError, first_of, read, read_user_id};
use crate::domain::id::{MarathonId, UserId};
use crate::domain::ranking::Places;
use crate::domain::user::{PersonName, UserType};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// One line of a ledger.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct LedgerEntry {
    #[serde(skip)]
    point_id: u64,
    pub event_id: String,
    pub marathon_id: MarathonId,
    pub bib: String,
    pub point: i64,
    pub reason: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// Where the next page of a ledger begins: below this line.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct LedgerPosition(u64);

/// What the ledger says of a race.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct RacePoints {
    pub marathon_id: MarathonId,
    pub records: i64,
    pub record_point: i64,
    pub adjustments: i64,
    pub adjustment_point: i64,
    #[serde(with = "time::serde::rfc3339::option")]
    pub latest_at: Option<OffsetDateTime>,
}

/// A runner in the ranking.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct RankedUser {
    pub user_id: UserId,
    pub name: PersonName,
    pub total_point: i64,
    pub place: u64,
}

/// Where the next page of the ranking begins: below this runner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RankingPosition {
    total_point: i64,
    user_id: UserId,
    places: Places,
}

impl UserDb {
    /// The lines of a user's ledger, the newest first, at most `limit`.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed.
    pub async fn ledger(
        &self,
        user_id: UserId,
        limit: u32,
        after: Option<LedgerPosition>,
    ) -> Result<(Vec<LedgerEntry>, Option<LedgerPosition>), UserDbError> {
        let below = after.map_or(u64::MAX, |LedgerPosition(point_id)| point_id);
        let rows = sqlx::query!(
            r#"SELECT point_id, event_id, marathon_id, bib, point, reason, created_at AS "created_at: OffsetDateTime"
               FROM points WHERE user_id = ? AND point_id < ? ORDER BY point_id DESC LIMIT ?"#,
            user_id.get(),
            below,
            u64::from(limit) + 1,
        )
        .fetch_all(&self.pool)
        .await?;
        let entries = rows.into_iter().map(|row| {
            let marathon_id = row.marathon_id.parse();
            Ok(LedgerEntry {
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

    /// The sums of the ledger's lines for a race, those of records apart from adjustments.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed.
    pub async fn points_of_race(&self, marathon_id: MarathonId) -> Result<RacePoints, UserDbError> {
        // What an adjustment is called ends with its action; the index alone has all that is summed up.
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
        .fetch_one(&self.pool)
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

    /// The runners by their points, at most `limit`; those with equal points share a place.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed.
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
        .fetch_all(&self.pool)
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
