//! The `users` table.

use super::{UserDb, UserDbError, first_of, read, read_user_id};
use crate::domain::division::Gender;
use crate::domain::id::UserId;
use crate::domain::user::{LoginId, NewUser, PersonName, Profile, UserType};
use sqlx::Connection;
use sqlx::error::DatabaseError;
use time::Date;

#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    #[error("login id is taken")]
    LoginIdTaken,
    #[error(transparent)]
    Store(#[from] UserDbError),
}

/// An account with its credentials.
#[derive(Debug)]
pub struct Account {
    pub user_id: UserId,
    /// A PHC string.
    pub password_hash: String,
    pub user_type: UserType,
    pub name: PersonName,
}

#[derive(Debug)]
pub struct User {
    pub user_id: UserId,
    pub login_id: String,
    pub name: PersonName,
    pub phone: String,
    pub user_type: UserType,
    pub gender: Option<Gender>,
    pub birth_date: Option<Date>,
    pub total_point: i64,
    pub revision: u32,
    /// Whether the personal data was erased. Only the id, an anonymous name and the points remain.
    pub is_erased: bool,
}

/// A user in the list of all users.
#[derive(Debug)]
pub struct UserSummary {
    pub user_id: UserId,
    pub name: PersonName,
    pub user_type: UserType,
    pub total_point: i64,
}

impl UserDb {
    pub async fn sign_up(&self, user: &NewUser, password_hash: &str) -> Result<UserId, SignUpError> {
        let inserted = sqlx::query!(
            "INSERT INTO users (login_id, password_hash, name, phone, user_type, gender, birth_date)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            user.login_id.as_str(),
            password_hash,
            user.profile.name.as_str(),
            user.profile.phone.as_str(),
            u8::from(user.user_type),
            user.profile.gender.map(|gender| gender.to_string()),
            user.profile.birth_date,
        )
        .execute(&mut *self.connection().await?)
        .await;
        match inserted {
            Ok(done) => Ok(read_user_id(done.last_insert_id())?),
            Err(error) if error.as_database_error().is_some_and(|e| violates(e, "users_login_id")) => {
                Err(SignUpError::LoginIdTaken)
            }
            Err(error) => Err(UserDbError::from(error).into()),
        }
    }

    pub async fn account(&self, login_id: &LoginId) -> Result<Option<Account>, UserDbError> {
        let row = sqlx::query!(
            "SELECT user_id, password_hash, user_type, name FROM users WHERE login_id = ? AND deleted_at IS NULL",
            login_id.as_str()
        )
        .fetch_optional(&mut *self.connection().await?)
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

    pub async fn user(&self, id: UserId) -> Result<Option<User>, UserDbError> {
        let row = sqlx::query!(
            r#"SELECT user_id, login_id, name, phone, user_type, gender, birth_date, total_point, revision,
                    deleted_at IS NOT NULL AS "is_erased!: bool"
             FROM users WHERE user_id = ?"#,
            id.get()
        )
        .fetch_optional(&mut *self.connection().await?)
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
                revision: row.revision,
                is_erased: row.is_erased,
            })
        })
        .transpose()
    }

    pub async fn password_hash(&self, id: UserId) -> Result<Option<String>, UserDbError> {
        let row = sqlx::query!(
            "SELECT password_hash FROM users WHERE user_id = ? AND deleted_at IS NULL",
            id.get()
        )
        .fetch_optional(&mut *self.connection().await?)
        .await?;
        Ok(row.map(|row| row.password_hash))
    }

    /// Updates a user, and the password if a hash is given. Returns false if the user is not at `revision`.
    pub async fn update_user(
        &self,
        id: UserId,
        revision: u32,
        profile: &Profile,
        password_hash: Option<&str>,
    ) -> Result<bool, UserDbError> {
        let updated = sqlx::query!(
            "UPDATE users SET name = ?, phone = ?, gender = ?, birth_date = ?,
                 password_hash = COALESCE(?, password_hash), revision = revision + 1
             WHERE user_id = ? AND revision = ? AND deleted_at IS NULL",
            profile.name.as_str(),
            profile.phone.as_str(),
            profile.gender.map(|gender| gender.to_string()),
            profile.birth_date,
            password_hash,
            id.get(),
            revision,
        )
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(updated.rows_affected() == 1)
    }

    /// Erases a user's personal data and sessions; the id and the ledger stay, under an anonymous name. Idempotent.
    pub async fn erase_user(&self, id: UserId) -> Result<(), UserDbError> {
        let name = PersonName::anonymous();
        let mut connection = self.connection().await?;
        let mut transaction = connection.begin().await?;
        sqlx::query!("DELETE FROM refresh_tokens WHERE user_id = ?", id.get())
            .execute(&mut *transaction)
            .await?;
        sqlx::query!(
            // A valid login id cannot contain an exclamation mark.
            "UPDATE users SET login_id = CONCAT('!', user_id), password_hash = '', name = ?, phone = '', gender = NULL,
                 birth_date = NULL, revision = revision + 1, deleted_at = CURRENT_TIMESTAMP(3)
             WHERE user_id = ? AND deleted_at IS NULL",
            name.as_str(),
            id.get(),
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// A page of all users, sorted by id.
    pub async fn users(
        &self,
        limit: u32,
        after: Option<UserId>,
    ) -> Result<(Vec<UserSummary>, Option<UserId>), UserDbError> {
        let rows = sqlx::query!(
            "SELECT user_id, name, user_type, total_point FROM users
             WHERE user_id > ? AND deleted_at IS NULL ORDER BY user_id LIMIT ?",
            after.map_or(0, UserId::get),
            u64::from(limit) + 1,
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        let (rows, more) = first_of(rows, limit);
        let users = rows.into_iter().map(|row| {
            Ok(UserSummary {
                user_id: read_user_id(row.user_id)?,
                name: read("name", row.name)?,
                user_type: read("user_type", i64::from(row.user_type))?,
                total_point: row.total_point,
            })
        });
        let users = users.collect::<Result<Vec<_>, UserDbError>>()?;
        let next = users.last().filter(|_| more).map(|user| user.user_id);
        Ok((users, next))
    }
}

/// Whether the error is a violation of this unique constraint. The name is only in the message: with the table in MySQL
/// (`users.users_login_id`), without it in MariaDB.
fn violates(error: &dyn DatabaseError, constraint: &str) -> bool {
    error.is_unique_violation() && error.message().trim_end_matches('\'').ends_with(constraint)
}
