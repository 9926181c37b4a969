//! The schema of `user_db`.

use super::{UserDb, UserDbError};
use sqlx::migrate::Migrator;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

impl UserDb {
    /// Applies every migration that is not applied yet; two at once wait for each other. Answers with the version that
    /// the schema then has.
    ///
    /// # Errors
    /// [`super::UserDbError`] when the database failed, or holds a migration that was changed afterwards.
    pub async fn migrate(&self) -> Result<i64, UserDbError> {
        MIGRATIONS.run(&self.pool).await?;
        Ok(MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0))
    }
}
