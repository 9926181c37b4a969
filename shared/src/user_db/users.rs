//! The `users` table, and the sessions of those in it.

use super::{UserDb, UserDbError, read, read_user_id};
use crate::auth::refresh::{self, RefreshToken};
use crate::domain::division::Gender;
use crate::domain::id::UserId;
use crate::domain::user::{NewUser, PersonName, UserType};
use serde::Serialize;
use sqlx::error::DatabaseError;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// Why somebody could not sign up.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// Another user has this login id.
    #[error("login id is taken")]
    LoginIdTaken,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] UserDbError),
}

/// What a login is checked against.
#[derive(Debug)]
pub struct Account {
    /// The user.
    pub user_id: UserId,
    /// Argon2id, as a PHC string.
    pub password_hash: String,
    /// Runner or organizer.
    pub user_type: UserType,
    /// The public name.
    pub name: PersonName,
}

/// A user as the user sees it.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct User {
    pub user_id: UserId,
    pub login_id: String,
    pub name: PersonName,
    pub phone: String,
    pub user_type: UserType,
    pub gender: Option<Gender>,
    #[serde(with = "crate::domain::iso_date::option")]
    pub birth_date: Option<Date>,
    pub total_point: i64,
}

impl UserDb {
    /// Stores a new user.
    ///
    /// # Errors
    /// [`SignUpError`]; nothing is stored then.
    pub async fn sign_up(&self, user: &NewUser, password_hash: &str) -> Result<UserId, SignUpError> {
        let inserted = sqlx::query!(
            "INSERT INTO users (login_id, password_hash, name, phone, user_type, gender, birth_date)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            user.login_id.as_str(),
            password_hash,
            user.name.as_str(),
            user.phone.as_str(),
            u8::from(user.user_type),
            user.gender.map(|gender| gender.to_string()),
            user.birth_date,
        )
        .execute(&self.pool)
        .await;
        match inserted {
            Ok(done) => Ok(read_user_id(done.last_insert_id())?),
            Err(error) if error.as_database_error().is_some_and(|e| violates(e, "users_login_id")) => {
                Err(SignUpError::LoginIdTaken)
            }
            Err(error) => Err(UserDbError::from(error).into()),
        }
    }

    /// The account with this login id.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed.
    pub async fn account(&self, login_id: &str) -> Result<Option<Account>, UserDbError> {
        let row = sqlx::query!(
            "SELECT user_id, password_hash, user_type, name FROM users WHERE login_id = ?",
            login_id
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(Account {
                user_id: read_user_id(row.user_id)?,
                password_hash: row.password_hash,
                user_type: read("user_type", i64::from(row.user_type))?,
                name: read("name", row.name)?,
            })
        })
        .transpose()
    }

    /// The user with this id.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, UserDbError> {
        let row = sqlx::query!(
            "SELECT user_id, login_id, name, phone, user_type, gender, birth_date, total_point
             FROM users WHERE user_id = ?",
            id.get()
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(User {
                user_id: read_user_id(row.user_id)?,
                login_id: row.login_id,
                name: read("name", row.name)?,
                phone: row.phone,
                user_type: read("user_type", i64::from(row.user_type))?,
                gender: row.gender.map(|gender| read("gender", gender)).transpose()?,
                birth_date: row.birth_date,
                total_point: row.total_point,
            })
        })
        .transpose()
    }

    /// Starts a session of a user: its refresh token is the first of a family.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed.
    pub async fn start_session(
        &self,
        user_id: UserId,
        token: &RefreshToken,
        now: OffsetDateTime,
    ) -> Result<(), UserDbError> {
        sqlx::query!(
            "INSERT INTO refresh_tokens (token_hash, user_id, family, expires_at) VALUES (?, ?, ?, ?)",
            token.hash(),
            user_id.get(),
            Uuid::now_v7().to_string(),
            now + refresh::LIFETIME,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Whether a statement broke the unique constraint of this name. MySQL tells the name only in its message, after the
/// table's (`users.users_login_id`); MariaDB without it.
fn violates(error: &dyn DatabaseError, constraint: &str) -> bool {
    error.is_unique_violation() && error.message().trim_end_matches('\'').ends_with(constraint)
}
