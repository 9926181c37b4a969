//! The SNS topic that carries every message between the stages.

use super::messages::{Envelope, Message};
use crate::aws;
use crate::config::{self, ConfigError, FromEnv};
use aws_sdk_sns::Client;
use aws_sdk_sns::error::DisplayErrorContext;
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use futures_util::{StreamExt, TryStreamExt, stream};

/// The most messages in one `PublishBatch` request.
const MAX_BATCH_SIZE: usize = 10;
/// Concurrent requests: enough to hide their latency, few enough for 100 concurrent functions to stay within the
/// messages a second that SNS accepts in a region.
const MAX_CONCURRENT_REQUESTS: usize = 8;

/// Publishes messages.
pub struct Topic {
    client: Client,
    arn: String,
}

/// The first message that was not published. All messages before it were published, some after it may have been.
#[derive(Debug, thiserror::Error)]
#[error("message {index} was not published: {reason}")]
pub struct PublishError {
    /// Its position in the published slice.
    pub index: usize,
    pub reason: String,
}

impl Topic {
    /// Publishes messages in batches of ten, several at once. Ten messages together must stay below 256 KiB.
    pub async fn publish<M: Message + Sync>(&self, messages: &[M]) -> Result<(), PublishError> {
        let requests = messages.chunks(MAX_BATCH_SIZE).zip((0..).step_by(MAX_BATCH_SIZE));
        let requests: Vec<_> = requests
            .map(|(chunk, first)| self.publish_batch(chunk, first))
            .collect();
        // `buffered` keeps the order, so the error names the lowest index and no further request starts after it.
        stream::iter(requests)
            .buffered(MAX_CONCURRENT_REQUESTS)
            .try_collect()
            .await
    }

    /// Publishes messages in one request; `first` is the index of the first of them.
    async fn publish_batch<M: Message>(&self, messages: &[M], first: usize) -> Result<(), PublishError> {
        let failed = |position: usize, reason: String| PublishError {
            index: first + position,
            reason,
        };
        let mut request = self.client.publish_batch().topic_arn(&self.arn);
        for (position, message) in messages.iter().enumerate() {
            let entry = entry(position, message).map_err(|reason| failed(position, reason))?;
            request = request.publish_batch_request_entries(entry);
        }
        let response = request
            .send()
            .await
            .map_err(|error| failed(0, DisplayErrorContext(&error).to_string()))?;
        let failures = response.failed().iter().map(|entry| {
            let reason = format!("{} {}", entry.code(), entry.message().unwrap_or_default());
            failed(entry.id().parse().unwrap_or(0), reason)
        });
        failures.min_by_key(|failure| failure.index).map_or(Ok(()), Err)
    }
}

fn entry<M: Message>(position: usize, message: &M) -> Result<PublishBatchRequestEntry, String> {
    let event_type = MessageAttributeValue::builder()
        .data_type("String")
        .string_value(message.event_type())
        .build()
        .map_err(|error| error.to_string())?;
    PublishBatchRequestEntry::builder()
        .id(position.to_string())
        .message(serde_json::to_string(&Envelope::new(message)).map_err(|error| error.to_string())?)
        .message_attributes("event_type", event_type)
        .build()
        .map_err(|error| error.to_string())
}

impl FromEnv for Topic {
    fn from_env() -> Result<Self, ConfigError> {
        Ok(Self {
            client: Client::new(&aws::sdk_config()?),
            arn: config::required("TOPIC_ARN")?,
        })
    }
}
