//! `main_db`: marathons, players and records in DynamoDB.
//!
//! Every read is a `GetItem` or a `Query` on a key made for it, so what it costs does not grow with the table.

mod adjustments;
mod audit;
mod cancellation;
mod conflict;
mod erasure;
mod item;
mod marathons;
mod official_records;
mod own_records;
mod players;
mod request;
mod transaction;

pub use cancellation::CancelError;
pub use marathons::{CalendarPosition, MARATHONS_AT_ONCE};
pub use official_records::{DeleteError, EnterError, RecordPosition, RecordRow};
pub use players::{ApplyError, LinePosition};

use crate::aws;
use crate::config::{self, ConfigError, FromEnv};
use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use std::error::Error;

/// A place in a query's results, from which the next page goes on.
pub type Position = serde_dynamo::Item;

/// The tables of `main_db`.
pub struct MainDb {
    client: Client,
    marathons: String,
    players: String,
    official_records: String,
    own_records: String,
}

/// DynamoDB could not be used, or holds something that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("main_db: {0}")]
pub struct MainDbError(String);

impl<E: Error + 'static, R: std::fmt::Debug + 'static> From<SdkError<E, R>> for MainDbError {
    fn from(error: SdkError<E, R>) -> Self {
        Self(DisplayErrorContext(&error).to_string())
    }
}

impl From<serde_dynamo::Error> for MainDbError {
    fn from(error: serde_dynamo::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<aws_sdk_dynamodb::error::BuildError> for MainDbError {
    fn from(error: aws_sdk_dynamodb::error::BuildError) -> Self {
        Self(error.to_string())
    }
}

impl MainDb {
    fn new(config: &SdkConfig, prefix: &str) -> Self {
        Self {
            client: Client::from_conf(conflict::retried(config)),
            marathons: format!("{prefix}-official_marathon"),
            players: format!("{prefix}-player"),
            official_records: format!("{prefix}-official_record"),
            own_records: format!("{prefix}-non_official_record"),
        }
    }
}

impl FromEnv for MainDb {
    fn from_env() -> Result<Self, ConfigError> {
        let prefix = config::required("TABLE_PREFIX")?;
        Ok(Self::new(&aws::sdk_config()?, &prefix))
    }
}
