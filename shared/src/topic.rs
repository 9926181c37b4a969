//! The topic that carries every message between the stages.

use crate::aws;
use crate::config::{self, ConfigError, FromEnv};
use crate::messages::Message;
use aws_sdk_sns::Client;
use aws_sdk_sns::error::DisplayErrorContext;
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use futures_util::{StreamExt, TryStreamExt, stream};

/// SNS takes at most this many messages in one request.
const BATCH: usize = 10;
/// How many requests are under way at once: enough to hide their latency, and few enough for 100 functions at work to
/// stay within the messages a second that SNS takes in a region.
const IN_FLIGHT: usize = 8;

/// Publishes messages.
pub struct Topic {
    client: Client,
    arn: String,
}

/// The first message that was not published, and why; all before it were, and some after it may have been.
#[derive(Debug, thiserror::Error)]
#[error("message {index} was not published: {reason}")]
pub struct NotPublished {
    /// Its position among the messages handed in.
    pub index: usize,
    /// What SNS, or the way to it, said.
    pub reason: String,
}

impl Topic {
    /// Publishes messages, ten a request and some requests at once. Ten messages together must stay below 256 KiB.
    ///
    /// # Errors
    /// [`NotPublished`] at the first that SNS did not take.
    pub async fn publish<M: Message + Sync>(&self, messages: &[M]) -> Result<(), NotPublished> {
        let requests = messages.chunks(BATCH).zip((0..).step_by(BATCH));
        let requests: Vec<_> = requests
            .map(|(chunk, first)| self.publish_batch(chunk, first))
            .collect();
        // In their order, so that the first failure is the lowest; after it no further request is begun.
        stream::iter(requests).buffered(IN_FLIGHT).try_collect().await
    }

    /// Publishes messages in one request; `first` is the index of the first of them.
    async fn publish_batch<M: Message>(&self, messages: &[M], first: usize) -> Result<(), NotPublished> {
        let failed = |position: usize, reason: String| NotPublished {
            index: first + position,
            reason,
        };
        let mut request = self.client.publish_batch().topic_arn(&self.arn);
        for (position, message) in messages.iter().enumerate() {
            let entry = entry(position, message).map_err(|reason| failed(position, reason))?;
            request = request.publish_batch_request_entries(entry);
        }
        let answer = request
            .send()
            .await
            .map_err(|error| failed(0, DisplayErrorContext(&error).to_string()))?;
        let refused = answer.failed().iter().map(|entry| {
            let reason = format!("{} {}", entry.code(), entry.message().unwrap_or_default());
            failed(entry.id().parse().unwrap_or(0), reason)
        });
        refused.min_by_key(|refused| refused.index).map_or(Ok(()), Err)
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
