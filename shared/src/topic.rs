//! The topic that carries every message between the stages.

use crate::aws;
use crate::config::{self, ConfigError, FromEnv};
use crate::messages::Message;
use aws_sdk_sns::Client;
use aws_sdk_sns::error::DisplayErrorContext;
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};

/// SNS takes at most this many messages in one request.
const BATCH: usize = 10;

/// Publishes messages.
pub struct Topic {
    client: Client,
    arn: String,
}

/// The first message that was not published, and why; all before it were.
#[derive(Debug, thiserror::Error)]
#[error("message {index} was not published: {reason}")]
pub struct NotPublished {
    /// Its position among the messages handed in.
    pub index: usize,
    /// What SNS, or the way to it, said.
    pub reason: String,
}

impl Topic {
    /// Publishes messages in their order, ten a request. One message, or ten together, must stay below 256 KiB.
    ///
    /// # Errors
    /// [`NotPublished`] at the first that SNS did not take.
    pub async fn publish<M: Message>(&self, messages: &[M]) -> Result<(), NotPublished> {
        for (chunk, first) in messages.chunks(BATCH).zip((0..).step_by(BATCH)) {
            self.publish_batch(chunk)
                .await
                .map_err(|(position, reason)| NotPublished {
                    index: first + position,
                    reason,
                })?;
        }
        Ok(())
    }

    async fn publish_batch<M: Message>(&self, messages: &[M]) -> Result<(), (usize, String)> {
        let mut request = self.client.publish_batch().topic_arn(&self.arn);
        for (position, message) in messages.iter().enumerate() {
            let entry = entry(position, message).map_err(|reason| (position, reason))?;
            request = request.publish_batch_request_entries(entry);
        }
        let answer = request
            .send()
            .await
            .map_err(|error| (0, DisplayErrorContext(&error).to_string()))?;
        let failed = answer.failed().iter().map(|entry| {
            let reason = format!("{} {}", entry.code(), entry.message().unwrap_or_default());
            (entry.id().parse().unwrap_or(0), reason)
        });
        failed.min_by_key(|(position, _)| *position).map_or(Ok(()), Err)
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
        .message(serde_json::to_string(message).map_err(|error| error.to_string())?)
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
