//! Migrates `user_db`: as its master where a secret names one, else as whoever `USER_DB_URL` names.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use shared::aws;
use shared::config::{self, ConfigError, FromEnv};
use shared::user_db::{Application, Master, UserDb, UserDbError};

/// Brings `user_db` to the newest schema.
pub enum Migrator {
    /// On a database of one's own, whose account in `USER_DB_URL` may change the schema.
    Own(UserDb),
    /// On the database of this stack, whose master's password RDS changes every week.
    OfStack {
        /// Reads the password when it is needed.
        secrets: Client,
        /// The master's secret.
        master: String,
        /// The account that the functions use.
        application: Box<Application>,
    },
}

/// `user_db` was not migrated.
#[derive(Debug, thiserror::Error)]
pub enum NotMigrated {
    /// Secrets Manager did not hand out the master's secret.
    #[error("the master's secret cannot be read: {0}")]
    NoSecret(String),
    /// The secret is not what RDS writes.
    #[error("the master's secret is not {{\"username\", \"password\"}}")]
    MalformedSecret,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] UserDbError),
}

impl Migrator {
    /// On the database of this stack, whose master's secret has this id.
    ///
    /// # Errors
    /// [`ConfigError`] when Secrets Manager cannot be used.
    pub fn of_stack(master: String, application: Application) -> Result<Self, ConfigError> {
        Ok(Self::OfStack {
            secrets: Client::new(&aws::sdk_config()?),
            master,
            application: Box::new(application),
        })
    }

    /// Applies what is not applied yet and answers with the version of the schema.
    ///
    /// # Errors
    /// [`NotMigrated`]; to try again is safe.
    pub async fn migrate(&self) -> Result<i64, NotMigrated> {
        match self {
            Self::Own(db) => Ok(db.migrate().await?),
            Self::OfStack {
                secrets,
                master,
                application,
            } => {
                let master = read(secrets, master).await?;
                let db = UserDb::as_master(&master, application).await?;
                Ok(db.migrate().await?)
            }
        }
    }
}

async fn read(secrets: &Client, id: &str) -> Result<Master, NotMigrated> {
    let answer = secrets.get_secret_value().secret_id(id).send().await;
    let answer = answer.map_err(|error| NotMigrated::NoSecret(DisplayErrorContext(error).to_string()))?;
    // What serde would say quotes the secret.
    serde_json::from_str(answer.secret_string().unwrap_or_default()).map_err(|_| NotMigrated::MalformedSecret)
}

impl FromEnv for Migrator {
    fn from_env() -> Result<Self, ConfigError> {
        match config::optional("USER_DB_MASTER_SECRET") {
            Some(master) => Self::of_stack(master, Application::from_env()?),
            None => UserDb::to_migrate().map(Self::Own),
        }
    }
}
