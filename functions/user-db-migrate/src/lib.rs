//! Migrates `user_db`, as the master user if `USER_DB_MASTER_SECRET` is set, otherwise with the account in `USER_DB_URL`.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use shared::aws;
use shared::config::{self, ConfigError, FromEnv};
use shared::user_db::{ApplicationAccount, ConnectWait, MasterUser, UserDb, UserDbError};

pub enum Migrator {
    /// A database that the stack did not create; the account in `USER_DB_URL` may change the schema.
    External(UserDb),
    /// The stack's database. RDS rotates the master user's password every week, so it is read for each migration.
    Managed {
        secrets: Client,
        master_secret: String,
        application: Box<ApplicationAccount>,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    #[error("the master user's secret cannot be read: {0}")]
    Secret(String),
    #[error("the master user's secret is not {{\"username\", \"password\"}}")]
    MalformedSecret,
    #[error(transparent)]
    Database(#[from] UserDbError),
}

impl Migrator {
    pub fn managed(master_secret: String, application: ApplicationAccount) -> Result<Self, ConfigError> {
        Ok(Self::Managed {
            secrets: Client::new(&aws::sdk_config()?),
            master_secret,
            application: Box::new(application),
        })
    }

    /// Applies the pending migrations and returns the schema version. Idempotent.
    pub async fn migrate(&self) -> Result<i64, MigrationError> {
        match self {
            Self::External(db) => Ok(db.migrate().await?),
            Self::Managed {
                secrets,
                master_secret,
                application,
            } => {
                let master = read_secret(secrets, master_secret).await?;
                let db = UserDb::as_master(&master, application).await?;
                Ok(db.migrate().await?)
            }
        }
    }
}

async fn read_secret(secrets: &Client, id: &str) -> Result<MasterUser, MigrationError> {
    let response = secrets.get_secret_value().secret_id(id).send().await;
    let response = response.map_err(|error| MigrationError::Secret(DisplayErrorContext(error).to_string()))?;
    // serde's error message would quote the secret.
    serde_json::from_str(response.secret_string().unwrap_or_default()).map_err(|_| MigrationError::MalformedSecret)
}

impl FromEnv for Migrator {
    fn from_env() -> Result<Self, ConfigError> {
        match config::optional("USER_DB_MASTER_SECRET") {
            Some(master_secret) => Self::managed(master_secret, ApplicationAccount::from_env()?),
            None => UserDb::from_env_with(ConnectWait::Job).map(Self::External),
        }
    }
}
