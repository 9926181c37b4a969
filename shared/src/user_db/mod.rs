//! `user_db`: users and the ledger of their points in MySQL.

mod audit;
mod connection;
mod ledger;
mod lockout;
mod master;
mod migrations;
mod points;
mod sessions;
mod tls;
mod users;

pub use connection::ConnectWait;
pub use ledger::PostResult;
pub use master::{ApplicationAccount, MasterUser};
pub use points::{LedgerPosition, RacePoints, RankedUser, RankingPosition, UserLedgerEntry};
pub use sessions::RenewSessionError;
pub use users::{Account, SignUpError, User, UserSummary};

use crate::config::{self, ConfigError, FromEnv};
use crate::domain::field::Invalid;
use crate::domain::id::UserId;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{Executor, MySqlConnection, MySqlPool};

const URL_VARIABLE: &str = "USER_DB_URL";

/// `user_db`, with one connection, because a function processes one event at a time.
pub struct UserDb {
    /// Statements get their connection from [`UserDb::connection`], which waits.
    pool: MySqlPool,
    wait: ConnectWait,
}

#[derive(Debug, thiserror::Error)]
pub enum UserDbError {
    /// No connection within [`ConnectWait::limit`]; no statement was sent.
    #[error("user_db cannot be reached: {0}")]
    Unreachable(#[source] sqlx::Error),
    #[error("user_db: {0}")]
    Database(#[from] sqlx::Error),
    #[error("user_db: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value violates a rule of the domain.
    #[error("user_db: column {column} {reason}")]
    Unreadable { column: &'static str, reason: Invalid },
    #[error("user_db: {0}")]
    Json(#[from] serde_json::Error),
}

impl UserDb {
    /// Connects at first use.
    #[must_use]
    pub fn new(options: MySqlConnectOptions, wait: ConnectWait) -> Self {
        let pool = MySqlPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(wait.attempt_limit())
            // Instead of a ping: after a failover the connection may lead to an instance that is now a reader.
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(async move { is_writer(connection).await }))
            // Avoids the gap locks of REPEATABLE READ, which would make sign-ups wait for the ledger.
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").await?;
                    Ok(())
                })
            })
            .connect_lazy_with(options);
        Self { pool, wait }
    }

    /// [`FromEnv`] for functions that are not routes.
    pub fn from_env_with(wait: ConnectWait) -> Result<Self, ConfigError> {
        Ok(Self::new(options_from_env()?, wait))
    }
}

async fn is_writer(connection: &mut MySqlConnection) -> Result<bool, sqlx::Error> {
    let read_only: bool = sqlx::query_scalar("SELECT @@read_only OR @@innodb_read_only")
        .fetch_one(connection)
        .await?;
    Ok(!read_only)
}

/// For routes. Other functions have a state of their own, which calls [`UserDb::from_env_with`].
impl FromEnv for UserDb {
    fn from_env() -> Result<Self, ConfigError> {
        Self::from_env_with(ConnectWait::Person)
    }
}

fn options_from_env() -> Result<MySqlConnectOptions, ConfigError> {
    tls::connect_options(&config::required(URL_VARIABLE)?).map_err(|_| ConfigError::Malformed {
        name: URL_VARIABLE,
        expected: "mysql://user:password@host:port/name",
    })
}

/// Converts a column to its domain type.
fn read<R, T: TryFrom<R, Error = Invalid>>(column: &'static str, value: R) -> Result<T, UserDbError> {
    T::try_from(value).map_err(|reason| UserDbError::Unreadable { column, reason })
}

/// Converts an unsigned column to a user id.
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
