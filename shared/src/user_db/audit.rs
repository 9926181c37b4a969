//! What an audit reads, and the one thing that it mends here.

use super::{UserDb, UserDbError, read, read_user_id};
use crate::domain::audit::Line;
use crate::domain::id::{MarathonId, UserId};
use serde_json::json;
use std::collections::BTreeSet;

impl UserDb {
    /// Every race that the ledger has a line for.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed.
    pub async fn races_of_ledger(&self) -> Result<BTreeSet<MarathonId>, UserDbError> {
        let rows = sqlx::query!("SELECT DISTINCT marathon_id FROM points")
            .fetch_all(&self.pool)
            .await?;
        let races = rows.into_iter().map(|row| row.marathon_id.parse());
        races
            .collect::<Result<_, _>>()
            .map_err(|reason| UserDbError::Unreadable {
                column: "marathon_id",
                reason,
            })
    }

    /// The ledger's lines for a race, in no order.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed.
    pub async fn lines_of_race(&self, race: MarathonId) -> Result<Vec<Line>, UserDbError> {
        let rows = sqlx::query!(
            r#"SELECT p.event_id, p.user_id, p.bib, p.point, p.notified_at IS NOT NULL AS "told: bool", u.name
               FROM points p JOIN users u ON u.user_id = p.user_id WHERE p.marathon_id = ?"#,
            race.to_string()
        )
        .fetch_all(&self.pool)
        .await?;
        let lines = rows.into_iter().map(|row| {
            Ok(Line {
                event_id: row.event_id,
                user_id: read_user_id(row.user_id)?,
                bib: row
                    .bib
                    .parse()
                    .map_err(|reason| UserDbError::Unreadable { column: "bib", reason })?,
                point: row.point,
                told: row.told,
                name: read("name", row.name)?,
            })
        });
        lines.collect()
    }

    /// The ids of users above one, in their order, at most `limit`.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed.
    pub async fn users_above(&self, user_id: u64, limit: u32) -> Result<Vec<UserId>, UserDbError> {
        let rows = sqlx::query!(
            "SELECT user_id FROM users WHERE user_id > ? ORDER BY user_id LIMIT ?",
            user_id,
            limit
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(|row| read_user_id(row.user_id)).collect()
    }

    /// Those of the users whose total is not the sum of their lines (invariant I1).
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed.
    pub async fn wrong_totals(&self, users: &[UserId]) -> Result<Vec<UserId>, UserDbError> {
        // One statement sees one moment, so points that land meanwhile are in the total and in the sum, or in neither.
        let rows = sqlx::query!(
            "SELECT u.user_id
             FROM JSON_TABLE(?, '$[*]' COLUMNS (user_id BIGINT UNSIGNED PATH '$')) j
             JOIN users u ON u.user_id = j.user_id
             WHERE u.total_point <> (SELECT COALESCE(SUM(p.point), 0) FROM points p WHERE p.user_id = u.user_id)",
            json!(users).to_string()
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(|row| read_user_id(row.user_id)).collect()
    }

    /// Makes a user's total the sum of the user's lines.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed; the total is what it was then.
    pub async fn mend_total(&self, user_id: UserId) -> Result<(), UserDbError> {
        let mut transaction = self.pool.begin().await?;
        // Whoever posts points has locked this row before, so the sum that the next statement sees is whole.
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
