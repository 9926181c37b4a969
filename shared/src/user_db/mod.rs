//! `user_db`: users and the ledger of their points in MySQL.

mod audit;
mod ledger;
mod lockout;
mod master;
mod migrations;
mod points;
mod sessions;
mod trust;
mod users;

pub use ledger::Posting;
pub use master::{Application, Master};
pub use points::{LedgerEntry, LedgerPosition, RacePoints, RankedUser, RankingPosition};
pub use sessions::NotRenewed;
pub use users::{Account, SignUpError, User, UserSummary};

use crate::config::{self, ConfigError, FromEnv};
use crate::domain::field::Invalid;
use crate::domain::id::UserId;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{Executor, MySqlConnection, MySqlPool};
use std::time::Duration;

/// How long a request waits for a connection before it fails.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a migration does: a database that scales to zero takes half a minute to wake up.
const WAKING_TIMEOUT: Duration = Duration::from_secs(90);

/// The variable that names `user_db`.
const ADDRESS: &str = "USER_DB_URL";

/// A connection to `user_db`; one, because a function handles one event at a time.
pub struct UserDb {
    pool: MySqlPool,
}

/// `user_db` could not be used, or holds something that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum UserDbError {
    /// The database, or the way to it, failed.
    #[error("user_db: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration does not apply.
    #[error("user_db: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value breaks the domain's rules.
    #[error("user_db: column {column} {reason}")]
    Unreadable {
        /// Where it is.
        column: &'static str,
        /// Which rule.
        reason: Invalid,
    },
    /// What was to be stored cannot be written as JSON.
    #[error("user_db: {0}")]
    Json(#[from] serde_json::Error),
}

impl UserDb {
    /// The database at an address; the first use connects.
    #[must_use]
    pub fn new(address: MySqlConnectOptions) -> Self {
        Self::waiting(address, ACQUIRE_TIMEOUT)
    }

    fn waiting(address: MySqlConnectOptions, acquire_timeout: Duration) -> Self {
        let pool = MySqlPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(acquire_timeout)
            // Instead of a ping: after a failover the connection may lead to what is only a reader now.
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(async move { leads_to_writer(connection).await }))
            // Row locks only: the gap locks of a stricter level would make sign-ups wait for the ledger.
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").await?;
                    Ok(())
                })
            })
            .connect_lazy_with(address);
        Self { pool }
    }
}

async fn leads_to_writer(connection: &mut MySqlConnection) -> Result<bool, sqlx::Error> {
    let read_only: bool = sqlx::query_scalar("SELECT @@read_only OR @@innodb_read_only")
        .fetch_one(connection)
        .await?;
    Ok(!read_only)
}

impl FromEnv for UserDb {
    fn from_env() -> Result<Self, ConfigError> {
        Ok(Self::new(address_from_env()?))
    }
}

/// The address that the functions are given, with the authorities that its server is trusted by.
fn address_from_env() -> Result<MySqlConnectOptions, ConfigError> {
    trust::address(&config::required(ADDRESS)?).map_err(|_| ConfigError::Malformed {
        name: ADDRESS,
        expected: "mysql://user:password@host:port/name",
    })
}

/// A value of a column, as the domain has it.
fn read<R, T: TryFrom<R, Error = Invalid>>(column: &'static str, value: R) -> Result<T, UserDbError> {
    T::try_from(value).map_err(|reason| UserDbError::Unreadable { column, reason })
}

/// A user's id; MySQL has it unsigned.
fn read_user_id(value: u64) -> Result<UserId, UserDbError> {
    read("user_id", i64::try_from(value).unwrap_or(0))
}

/// The first `limit` rows, and whether there were more.
fn first_of<T>(mut rows: Vec<T>, limit: u32) -> (Vec<T>, bool) {
    let limit = limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    (rows, more)
}
