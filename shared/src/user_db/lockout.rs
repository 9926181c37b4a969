//! The `login_failures` table: lockout after failed logins.

use super::{UserDb, UserDbError};
use crate::domain::lockout;
use ring::digest::{SHA256, digest};
use sqlx::Connection;
use time::{Duration, OffsetDateTime};

impl UserDb {
    /// The remaining lockout of a login id.
    pub async fn locked_for(&self, login_id: &str, now: OffsetDateTime) -> Result<Option<Duration>, UserDbError> {
        let row = sqlx::query!(
            r#"SELECT locked_until AS "locked_until: OffsetDateTime" FROM login_failures
               WHERE login_hash = ? AND locked_until > ?"#,
            hash(login_id),
            now
        )
        .fetch_optional(&mut *self.connection().await?)
        .await?;
        Ok(row.map(|row| row.locked_until - now))
    }

    /// Counts a failed login, and deletes a few expired rows.
    pub async fn login_failed(&self, login_id: &str, now: OffsetDateTime) -> Result<(), UserDbError> {
        let mut connection = self.connection().await?;
        let mut transaction = connection.begin().await?;
        sqlx::query!(
            "INSERT INTO login_failures (login_hash, failures, locked_until) VALUES (?, 1, ?)
             ON DUPLICATE KEY UPDATE failures = IF(locked_until < ?, 1, failures + 1)",
            hash(login_id),
            now,
            now - lockout::FAILURES_EXPIRE_AFTER,
        )
        .execute(&mut *transaction)
        .await?;
        let row = sqlx::query!(
            "SELECT failures FROM login_failures WHERE login_hash = ?",
            hash(login_id)
        )
        .fetch_one(&mut *transaction)
        .await?;
        sqlx::query!(
            "UPDATE login_failures SET locked_until = ? WHERE login_hash = ?",
            now + lockout::duration(row.failures),
            hash(login_id)
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        sqlx::query!(
            "DELETE FROM login_failures WHERE locked_until < ? ORDER BY locked_until LIMIT 10",
            now - lockout::FAILURES_EXPIRE_AFTER
        )
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// Resets the failures of a login id.
    pub async fn login_succeeded(&self, login_id: &str) -> Result<(), UserDbError> {
        sqlx::query!("DELETE FROM login_failures WHERE login_hash = ?", hash(login_id))
            .execute(&mut *self.connection().await?)
            .await?;
        Ok(())
    }
}

fn hash(login_id: &str) -> Vec<u8> {
    digest(&SHA256, login_id.as_bytes()).as_ref().to_vec()
}
