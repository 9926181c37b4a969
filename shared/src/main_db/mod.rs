//! `main_db`: marathons, players and records in DynamoDB.
//!
//! Every read is a `GetItem`, a `BatchGetItem` or a `Query`, so its cost does not grow with the table.

mod adjustments;
mod audit;
mod cancellation;
mod erasure;
mod item;
mod marathons;
mod non_official_records;
mod official_records;
mod players;
mod query;
mod retry;
mod transaction;

pub use cancellation::CancelError;
pub use marathons::{CalendarPosition, MAX_MARATHONS_PER_READ};
pub use official_records::{DeleteRecordError, EnterRecordError, RecordPosition, RecordRow};
pub use players::{ApplyError, WaitlistPosition};

use crate::aws;
use crate::config::{self, ConfigError, FromEnv};
use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use std::error::Error;

/// The key of the last row of a page, after which the next page starts.
pub type Position = serde_dynamo::Item;

pub struct MainDb {
    client: Client,
    marathons: String,
    players: String,
    official_records: String,
    non_official_records: String,
}

/// A DynamoDB error, or an item that cannot be deserialized.
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
            client: Client::from_conf(retry::config(config)),
            marathons: format!("{prefix}-official_marathon"),
            players: format!("{prefix}-player"),
            official_records: format!("{prefix}-official_record"),
            non_official_records: format!("{prefix}-non_official_record"),
        }
    }
}

impl FromEnv for MainDb {
    fn from_env() -> Result<Self, ConfigError> {
        let prefix = config::required("TABLE_PREFIX")?;
        Ok(Self::new(&aws::sdk_config()?, &prefix))
    }
}
