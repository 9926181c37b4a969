//! The `refresh_tokens` table: a session is the family of tokens issued since one login.

use super::{UserDb, UserDbError, read, read_user_id};
use crate::auth::refresh::{self, RefreshToken};
use crate::auth::token::Caller;
use crate::domain::field::Invalid;
use crate::domain::id::{SessionId, UserId};
use sqlx::{Connection, MySql, Transaction};
use time::OffsetDateTime;

#[derive(Debug, thiserror::Error)]
pub enum RenewSessionError {
    /// Unknown, expired, revoked or already used.
    #[error("the refresh token is not valid")]
    Invalid,
    #[error(transparent)]
    Store(#[from] UserDbError),
}

impl From<sqlx::Error> for RenewSessionError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl UserDb {
    /// Starts a session with its first refresh token, and deletes the user's expired tokens.
    pub async fn start_session(
        &self,
        user_id: UserId,
        session: SessionId,
        token: &RefreshToken,
        now: OffsetDateTime,
    ) -> Result<(), UserDbError> {
        let mut connection = self.connection().await?;
        let mut transaction = connection.begin().await?;
        sqlx::query!(
            "DELETE FROM refresh_tokens WHERE user_id = ? AND expires_at < ?",
            user_id.get(),
            now
        )
        .execute(&mut *transaction)
        .await?;
        insert_token(&mut transaction, user_id, session, token, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Replaces a refresh token by `next`, and returns the session's user.
    ///
    /// A token that is used twice ends its session, because one of the two clients has stolen it (RFC 9700, section
    /// 4.14.2).
    pub async fn renew_session(
        &self,
        token: &RefreshToken,
        next: &RefreshToken,
        now: OffsetDateTime,
    ) -> Result<Caller, RenewSessionError> {
        let mut connection = self.connection().await?;
        let mut transaction = connection.begin().await?;
        let row = sqlx::query!(
            r#"SELECT t.family, t.expires_at < ? AS "expired!: bool", t.used_at IS NOT NULL AS "used!: bool",
                      u.user_id, u.user_type, u.name
               FROM refresh_tokens t JOIN users u ON u.user_id = t.user_id
               WHERE t.token_hash = ? FOR UPDATE"#,
            now,
            token.hash(),
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(RenewSessionError::Invalid)?;
        if row.used {
            sqlx::query!("DELETE FROM refresh_tokens WHERE family = ?", row.family)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            tracing::warn!(user_id = row.user_id, "refresh token reuse: session revoked");
            return Err(RenewSessionError::Invalid);
        }
        if row.expired {
            return Err(RenewSessionError::Invalid);
        }
        let caller = Caller {
            user_id: read_user_id(row.user_id)?,
            user_type: read("user_type", i64::from(row.user_type))?,
            name: read("name", row.name)?,
            session: read_session(&row.family)?,
        };
        sqlx::query!(
            "UPDATE refresh_tokens SET used_at = ? WHERE token_hash = ?",
            now,
            token.hash()
        )
        .execute(&mut *transaction)
        .await?;
        insert_token(&mut transaction, caller.user_id, caller.session, next, now).await?;
        transaction.commit().await?;
        Ok(caller)
    }

    /// Ends the session of a refresh token, or every session of its user; false for an unknown token.
    pub async fn end_session(&self, token: &RefreshToken, everywhere: bool) -> Result<bool, UserDbError> {
        let row = sqlx::query!(
            "SELECT user_id, family FROM refresh_tokens WHERE token_hash = ?",
            token.hash()
        )
        .fetch_optional(&mut *self.connection().await?)
        .await?;
        let Some(row) = row else { return Ok(false) };
        sqlx::query!(
            "DELETE FROM refresh_tokens WHERE user_id = ? AND (family = ? OR ?)",
            row.user_id,
            row.family,
            everywhere
        )
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(true)
    }

    /// Ends every session of a user except `keep`.
    pub async fn end_sessions(&self, user_id: UserId, keep: Option<SessionId>) -> Result<(), UserDbError> {
        let keep = keep.map(|session| session.to_string()).unwrap_or_default();
        sqlx::query!(
            "DELETE FROM refresh_tokens WHERE user_id = ? AND family <> ?",
            user_id.get(),
            keep
        )
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(())
    }
}

async fn insert_token(
    transaction: &mut Transaction<'_, MySql>,
    user_id: UserId,
    session: SessionId,
    token: &RefreshToken,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO refresh_tokens (token_hash, user_id, family, expires_at) VALUES (?, ?, ?, ?)",
        token.hash(),
        user_id.get(),
        session.to_string(),
        now + refresh::LIFETIME,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn read_session(family: &str) -> Result<SessionId, UserDbError> {
    family.parse().map_err(|reason: Invalid| UserDbError::Unreadable {
        column: "family",
        reason,
    })
}
