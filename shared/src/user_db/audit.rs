//! The reads of an audit, and the repair of a total.

use super::{UserDb, UserDbError, read, read_user_id};
use crate::domain::audit::LedgerEntry;
use crate::domain::id::{MarathonId, UserId};
use serde_json::json;
use sqlx::Connection;
use std::collections::BTreeSet;

impl UserDb {
    /// Every race with ledger entries.
    pub async fn marathons_in_ledger(&self) -> Result<BTreeSet<MarathonId>, UserDbError> {
        let rows = sqlx::query!("SELECT DISTINCT marathon_id FROM points")
            .fetch_all(&mut *self.connection().await?)
            .await?;
        let races = rows.into_iter().map(|row| row.marathon_id.parse());
        races
            .collect::<Result<_, _>>()
            .map_err(|reason| UserDbError::Unreadable {
                column: "marathon_id",
                reason,
            })
    }

    /// The ledger entries of a race, unsorted.
    pub async fn ledger_entries(&self, race: MarathonId) -> Result<Vec<LedgerEntry>, UserDbError> {
        let rows = sqlx::query!(
            r#"SELECT p.event_id, p.user_id, p.bib, p.point, p.notified_at IS NOT NULL AS "notified: bool", u.name
               FROM points p JOIN users u ON u.user_id = p.user_id WHERE p.marathon_id = ?"#,
            race.to_string()
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        let entries = rows.into_iter().map(|row| {
            Ok(LedgerEntry {
                event_id: row.event_id,
                user_id: read_user_id(row.user_id)?,
                bib: row
                    .bib
                    .parse()
                    .map_err(|reason| UserDbError::Unreadable { column: "bib", reason })?,
                point: row.point,
                notified: row.notified,
                name: read("name", row.name)?,
            })
        });
        entries.collect()
    }

    /// A page of user ids in ascending order, after one.
    pub async fn user_ids_after(&self, user_id: u64, limit: u32) -> Result<Vec<UserId>, UserDbError> {
        let rows = sqlx::query!(
            "SELECT user_id FROM users WHERE user_id > ? ORDER BY user_id LIMIT ?",
            user_id,
            limit
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        rows.into_iter().map(|row| read_user_id(row.user_id)).collect()
    }

    /// The users whose total is not the sum of their ledger entries (invariant I1).
    pub async fn wrong_totals(&self, users: &[UserId]) -> Result<Vec<UserId>, UserDbError> {
        // A single statement reads a consistent snapshot of totals and entries.
        let rows = sqlx::query!(
            "SELECT u.user_id
             FROM JSON_TABLE(?, '$[*]' COLUMNS (user_id BIGINT UNSIGNED PATH '$')) j
             JOIN users u ON u.user_id = j.user_id
             WHERE u.total_point <> (SELECT COALESCE(SUM(p.point), 0) FROM points p WHERE p.user_id = u.user_id)",
            json!(users).to_string()
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        rows.into_iter().map(|row| read_user_id(row.user_id)).collect()
    }

    /// Sets a user's total to the sum of the user's ledger entries.
    pub async fn repair_total(&self, user_id: UserId) -> Result<(), UserDbError> {
        let mut connection = self.connection().await?;
        let mut transaction = connection.begin().await?;
        // Posting points locks the same row, so the next statement sees complete batches only.
        sqlx::query!("SELECT user_id FROM users WHERE user_id = ? FOR UPDATE", user_id.get())
            .fetch_optional(&mut *transaction)
            .await?;
        sqlx::query!(
            "UPDATE users SET total_point = (SELECT COALESCE(SUM(point), 0) FROM points WHERE user_id = ?)
             WHERE user_id = ?",
            user_id.get(),
            user_id.get()
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }
}
