//! The master user of the database server, which creates the database and the application's account. That account can
//! only read and write rows.

use super::{ConnectWait, URL_VARIABLE, UserDb, UserDbError, tls};
use crate::config::{ConfigError, FromEnv};
use serde::Deserialize;
use sqlx::mysql::{MySqlConnectOptions, MySqlDatabaseError};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, MySqlConnection};

/// `ER_ACCESS_DENIED_ERROR`: a wrong password or an unknown account.
const ACCESS_DENIED: u16 = 1045;

/// The master user, as RDS stores it in Secrets Manager.
#[derive(Deserialize)]
pub struct MasterUser {
    username: String,
    password: String,
}

/// The database account of the functions.
pub struct ApplicationAccount {
    options: MySqlConnectOptions,
    name: String,
    password: String,
    database: String,
}

impl ApplicationAccount {
    /// The account in a database URL. Name, password and database become part of SQL statements that take no parameters,
    /// so they may contain only letters, digits and `_`.
    pub fn from_url(url: &str) -> Result<Self, ConfigError> {
        tls::connect_options(url)
            .ok()
            .and_then(Self::from_options)
            .ok_or(ConfigError::Malformed {
                name: URL_VARIABLE,
                expected: "mysql://user:password@host:port/name of letters, digits and _",
            })
    }

    fn from_options(options: MySqlConnectOptions) -> Option<Self> {
        let password = options.to_url_lossy().password()?.to_owned();
        let (name, database) = (options.get_username().to_owned(), options.get_database()?.to_owned());
        let is_plain = |word: &String| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        };
        let are_plain = [&name, &password, &database].into_iter().all(is_plain);
        are_plain.then_some(Self {
            options,
            name,
            password,
            database,
        })
    }

    /// Whether the account exists with its password.
    async fn can_log_in(&self) -> Result<bool, sqlx::Error> {
        match self.options.connect().await {
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
    /// `user_db` for migrations with the master user. Creates the database, the application's account and its privileges if
    /// they are missing.
    pub async fn as_master(master: &MasterUser, application: &ApplicationAccount) -> Result<Self, UserDbError> {
        let options = application.options.clone();
        let options = options.username(&master.username).password(&master.password);
        // sqlx logs slow statements with their text, which contains the password.
        let server = options
            .clone()
            .database("information_schema")
            .disable_statement_logging();
        let server = Self::new(server, ConnectWait::Job);
        let mut server = server.connection().await?;
        let ApplicationAccount { name, database, .. } = application;
        execute(&mut server, format!("CREATE DATABASE IF NOT EXISTS {database}")).await?;
        if !application.can_log_in().await? {
            set_password(&mut server, application).await?;
        }
        let grant = format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.* TO '{name}'@'%'");
        execute(&mut server, grant).await?;
        Ok(Self::new(options, ConnectWait::Job))
    }
}

/// Creates the application's account or changes its password. MySQL accepts the old password until the next change, for
/// functions that still run with it; MariaDB, used in development, cannot.
async fn set_password(server: &mut MySqlConnection, application: &ApplicationAccount) -> Result<(), sqlx::Error> {
    let ApplicationAccount { name, password, .. } = application;
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

/// Executes a statement of a kind that takes no parameters.
async fn execute(server: &mut MySqlConnection, statement: String) -> Result<(), sqlx::Error> {
    server.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.map(drop)
}

impl FromEnv for ApplicationAccount {
    fn from_env() -> Result<Self, ConfigError> {
        Self::from_url(&crate::config::required(URL_VARIABLE)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_characters_that_could_end_a_statement() {
        let is_rejected = |url: &str| ApplicationAccount::from_url(url).is_err();
        assert!(!is_rejected(
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
            assert!(is_rejected(url), "{url}");
        }
    }
}
