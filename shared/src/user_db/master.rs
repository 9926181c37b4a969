//! What the master of the database server does for the application, which may then read and write rows and no more.

use super::{ADDRESS, UserDb, UserDbError, WAKING_TIMEOUT, address_from_env, trust};
use crate::config::{ConfigError, FromEnv};
use serde::Deserialize;
use sqlx::mysql::{MySqlConnectOptions, MySqlDatabaseError};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, MySqlConnection};

/// MySQL's word for a wrong password, and for nobody by that name.
const ACCESS_DENIED: u16 = 1045;

/// The account that owns the database server, as Secrets Manager keeps it.
#[derive(Deserialize)]
pub struct Master {
    username: String,
    password: String,
}

/// The account under which the application uses `user_db`.
pub struct Application {
    address: MySqlConnectOptions,
    name: String,
    password: String,
    database: String,
}

impl Application {
    /// The account of an address. Its words become part of statements, so they are letters, digits and `_` only.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] when the address is none, or has other words.
    pub fn of(url: &str) -> Result<Self, ConfigError> {
        trust::address(url)
            .ok()
            .and_then(Self::of_address)
            .ok_or(ConfigError::Malformed {
                name: ADDRESS,
                expected: "mysql://user:password@host:port/name of letters, digits and _",
            })
    }

    fn of_address(address: MySqlConnectOptions) -> Option<Self> {
        let password = address.to_url_lossy().password()?.to_owned();
        let (name, database) = (address.get_username().to_owned(), address.get_database()?.to_owned());
        let is_plain = |word: &String| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        };
        let are_plain = [&name, &password, &database].into_iter().all(is_plain);
        are_plain.then_some(Self {
            address,
            name,
            password,
            database,
        })
    }

    /// Whether it is there and has its password.
    async fn can_log_in(&self) -> Result<bool, sqlx::Error> {
        match self.address.connect().await {
            Ok(connection) => connection.close().await.map(|()| true),
            Err(sqlx::Error::Database(error)) => match error.try_downcast_ref::<MySqlDatabaseError>() {
                Some(error) if error.number() == ACCESS_DENIED => Ok(false),
                _ => Err(sqlx::Error::Database(error)),
            },
            Err(error) => Err(error),
        }
    }
}

impl UserDb {
    /// `user_db` for migrations by whoever the address names.
    ///
    /// # Errors
    /// [`ConfigError`] when there is no address, or it is none.
    pub fn to_migrate() -> Result<Self, ConfigError> {
        address_from_env().map(|address| Self::waiting(address, WAKING_TIMEOUT))
    }

    /// `user_db` for migrations by the master, who first makes what is missing of the database and of the application's
    /// account and its rights. All of it may be repeated.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed.
    pub async fn as_master(master: &Master, application: &Application) -> Result<Self, UserDbError> {
        let address = application.address.clone();
        let address = address.username(&master.username).password(&master.password);
        // Slow statements are logged with their text, which has the password.
        let server = address
            .clone()
            .database("information_schema")
            .disable_statement_logging();
        let server = Self::waiting(server, WAKING_TIMEOUT);
        let mut server = server.pool.acquire().await?;
        let Application { name, database, .. } = application;
        execute(&mut server, format!("CREATE DATABASE IF NOT EXISTS {database}")).await?;
        if !application.can_log_in().await? {
            give_password(&mut server, application).await?;
        }
        let grant = format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.* TO '{name}'@'%'");
        execute(&mut server, grant).await?;
        Ok(Self::waiting(address, WAKING_TIMEOUT))
    }
}

/// Makes the application's account, or changes its password. The functions that still run have the old one, which
/// MySQL accepts beside the new one until the next change; MariaDB, which has no such thing, is for development.
async fn give_password(server: &mut MySqlConnection, application: &Application) -> Result<(), sqlx::Error> {
    let Application { name, password, .. } = application;
    let version: String = sqlx::query_scalar("SELECT VERSION()").fetch_one(&mut *server).await?;
    let retain = if version.contains("MariaDB") {
        ""
    } else {
        " RETAIN CURRENT PASSWORD"
    };
    let account = format!("'{name}'@'%' IDENTIFIED BY '{password}'");
    execute(server, format!("CREATE USER IF NOT EXISTS {account}")).await?;
    execute(server, format!("ALTER USER {account}{retain}")).await
}

/// Carries out a statement whose kind takes no parameters.
async fn execute(server: &mut MySqlConnection, statement: String) -> Result<(), sqlx::Error> {
    server.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.map(drop)
}

impl FromEnv for Application {
    fn from_env() -> Result<Self, ConfigError> {
        Self::of(&crate::config::required(ADDRESS)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_could_end_a_statement_are_refused() {
        let refused = |url: &str| Application::of(url).is_err();
        assert!(!refused(
            "mysql://mrmrthon:0aZ9@host:3306/user_db?ssl-mode=VERIFY_IDENTITY"
        ));
        for url in [
            "mysql://mrmrthon@host/user_db",
            "mysql://mrmrthon:@host/user_db",
            "mysql://mrmrthon:it's@host/user_db",
            "mysql://mrmrthon:it%27s@host/user_db",
            "mysql://mrm%60rthon:password@host/user_db",
            "mysql://mrmrthon:password@host/user;db",
            "mysql://mrmrthon:password@host",
            "user_db",
        ] {
            assert!(refused(url), "{url}");
        }
    }
}
