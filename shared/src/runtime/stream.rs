//! Functions behind a DynamoDB stream.

use super::{erased, start};
use crate::config::FromEnv;
use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::de::DeserializeOwned;
use std::future::Future;
use tracing::{Instrument, info_span};

/// One change of an item.
#[derive(Debug)]
pub struct Change<T> {
    /// Where it stands in the shard.
    pub sequence_number: String,
    /// The item before it; none if the change made it.
    pub old: Option<T>,
    /// The item after it; none if the change deleted it.
    pub new: Option<T>,
}

/// Runs a function that handles the changes of a table in their order.
///
/// The handler is given the changes up to the first that cannot be read, and may fail at one of them, which it names by
/// its sequence number. Lambda then comes back with that change and all that follow, because order matters in a shard;
/// after the retries that the template allows, it goes to the dead-letter queue.
///
/// # Errors
/// When the configuration is not complete, or the Lambda runtime cannot be reached.
pub async fn stream<S, T, H, F>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    T: DeserializeOwned + Send,
    H: Fn(&'static S, Vec<Change<T>>) -> F + Send + Sync,
    F: Future<Output = Result<(), FailedAt>> + Send,
{
    let state = start::<S>()?;
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| {
        let span = info_span!("stream", request_id = event.context.request_id);
        async move {
            let records = event.payload.records;
            let count = records.len();
            let (changes, unreadable) = read(records);
            let failed = match erased(handle(state, changes)).await {
                Ok(()) => unreadable,
                Err(failed) => {
                    tracing::error!(
                        sequence_number = failed.sequence_number,
                        reason = failed.reason,
                        "change failed"
                    );
                    Some(failed.sequence_number)
                }
            };
            tracing::info!(records = count, failed = failed.is_some(), "stream batch handled");
            let mut response = DynamoDbEventResponse::default();
            response.batch_item_failures = failed.into_iter().map(failure).collect();
            Ok::<_, Error>(response)
        }
        .instrument(span)
    }))
    .await
}

/// The first change that failed, and why.
#[derive(Debug)]
pub struct FailedAt {
    /// Where it stands in the shard.
    pub sequence_number: String,
    /// Why it failed.
    pub reason: String,
}

/// The changes up to the first that cannot be read, and the sequence number of that one.
fn read<T: DeserializeOwned>(records: Vec<EventRecord>) -> (Vec<Change<T>>, Option<String>) {
    let mut changes = Vec::with_capacity(records.len());
    for record in records {
        let sequence_number = record.change.sequence_number.unwrap_or_default();
        match (image(record.change.old_image), image(record.change.new_image)) {
            (Ok(old), Ok(new)) => changes.push(Change {
                sequence_number,
                old,
                new,
            }),
            (Err(error), _) | (_, Err(error)) => {
                tracing::error!(sequence_number, error = %error, "change cannot be read");
                return (changes, Some(sequence_number));
            }
        }
    }
    (changes, None)
}

fn image<T: DeserializeOwned>(item: serde_dynamo::Item) -> Result<Option<T>, serde_dynamo::Error> {
    if item.is_empty() {
        Ok(None)
    } else {
        serde_dynamo::from_item(item).map(Some)
    }
}

fn failure(sequence_number: String) -> DynamoDbBatchItemFailure {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure.item_identifier = Some(sequence_number);
    failure
}
