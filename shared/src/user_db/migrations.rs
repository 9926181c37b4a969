//! The schema of `user_db`.

use super::{UserDb, UserDbError};

impl UserDb {
    /// Applies every migration that is not applied yet; two at once wait for each other. Answers with the version that
    /// this release needs.
    ///
    /// # Errors
    /// [`super::UserDbError`] when the database failed, or holds a migration that was changed afterwards.
    pub async fn migrate(&self) -> Result<i64, UserDbError> {
        let mut migrations = sqlx::migrate!("../migrations");
        // A release that is brought back finds what the one after it applied, which has to suit both.
        migrations.set_ignore_missing(true);
        migrations.run(&self.pool).await?;
        Ok(migrations.iter().map(|migration| migration.version).max().unwrap_or(0))
    }
}
