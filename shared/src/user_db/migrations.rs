//! The schema of `user_db`.

use super::{UserDb, UserDbError};

impl UserDb {
    /// Applies the pending migrations under a lock, and returns the version that this release needs. Fails if an applied
    /// migration was changed.
    pub async fn migrate(&self) -> Result<i64, UserDbError> {
        let mut migrations = sqlx::migrate!("../migrations");
        // After a rollback, the schema has migrations of the newer release; each is compatible with the release before.
        migrations.set_ignore_missing(true);
        // Waits for the server. The migrations then use this connection, the only one of the pool.
        drop(self.connection().await?);
        migrations.run(&self.pool).await?;
        Ok(migrations.iter().map(|migration| migration.version).max().unwrap_or(0))
    }
}
