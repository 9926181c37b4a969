//! Functions behind a DynamoDB stream.

use super::{erased, start_counting};
use crate::config::FromEnv;
use crate::messages::{DeadLetter, Version1};
use crate::metrics;
use aws_lambda_events::event::dynamodb::EventRecord;
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::future::Future;
use tracing::{Instrument, info_span};

/// What Lambda hands out. Its records are read one by one, so that an odd one is alone with its oddity.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamEvent {
    records: Vec<Value>,
}

/// One record of the stream.
#[derive(Debug)]
pub struct StreamRecord<T> {
    /// Where it stands in the shard.
    pub sequence_number: String,
    /// The change that it tells of, or the record itself when it cannot be understood.
    pub change: Result<Change<T>, DeadLetter>,
}

/// One change of an item.
#[derive(Debug)]
pub struct Change<T> {
    /// The item before it; none if the change made it.
    pub old: Option<T>,
    /// The item after it; none if the change deleted it.
    pub new: Option<T>,
}

/// The first record that failed, and why.
#[derive(Debug)]
pub struct FailedAt {
    /// Where it stands in the shard.
    pub sequence_number: String,
    /// Why it failed.
    pub reason: String,
}

/// Runs a function that handles the changes of a table in their order.
///
/// The handler may fail at one of the records, which it names by its sequence number. Lambda then comes back with that
/// one and all that follow, because order matters in a shard; after the retries that the template allows, they go to the
/// dead-letter queue. A record that cannot be understood would only hold up the others that way: it is the handler's to
/// pass on as a [`DeadLetter`].
///
/// # Errors
/// When the configuration is not complete, or the Lambda runtime cannot be reached.
pub async fn stream<S, T, H, F>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    T: DeserializeOwned + Send,
    H: Fn(&'static S, Vec<StreamRecord<T>>) -> F + Send + Sync,
    F: Future<Output = Result<(), FailedAt>> + Send,
{
    let state = start_counting::<S>()?;
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<StreamEvent>| {
        let span = info_span!("stream", request_id = event.context.request_id);
        async move {
            let records = event.payload.read();
            let count = records.len();
            metrics::records_seen(count);
            let failed = erased(handle(state, records)).await.err();
            if let Some(failed) = &failed {
                tracing::error!(
                    sequence_number = failed.sequence_number,
                    reason = failed.reason,
                    "record failed"
                );
            }
            tracing::info!(records = count, failed = failed.is_some(), "stream batch handled");
            metrics::flush();
            let mut response = DynamoDbEventResponse::default();
            response.batch_item_failures = failed.into_iter().map(failure).collect();
            Ok::<_, Error>(response)
        }
        .instrument(span)
    }))
    .await
}

impl StreamEvent {
    /// The records, each understood or not.
    #[must_use]
    pub fn read<T: DeserializeOwned>(self) -> Vec<StreamRecord<T>> {
        self.records.into_iter().map(read).collect()
    }
}

fn read<T: DeserializeOwned>(record: Value) -> StreamRecord<T> {
    let sequence_number = record["dynamodb"]["SequenceNumber"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let change = change(&record).map_err(|reason| {
        metrics::poison();
        tracing::error!(sequence_number, reason, "record cannot be understood");
        dead_letter(record, &reason)
    });
    StreamRecord {
        sequence_number,
        change,
    }
}

fn change<T: DeserializeOwned>(record: &Value) -> Result<Change<T>, String> {
    let record = EventRecord::deserialize(record).map_err(|error| error.to_string())?;
    Ok(Change {
        old: image(record.change.old_image).map_err(|error| format!("old image: {error}"))?,
        new: image(record.change.new_image).map_err(|error| format!("new image: {error}"))?,
    })
}

fn image<T: DeserializeOwned>(item: serde_dynamo::Item) -> Result<Option<T>, serde_dynamo::Error> {
    if item.is_empty() {
        Ok(None)
    } else {
        serde_dynamo::from_item(item).map(Some)
    }
}

/// The longest record that a dead letter carries whole, in bytes; of a longer one it carries the keys. Ten dead letters
/// stay below the 256 KiB that SNS takes at once, and a record as this application writes it has about 2 KiB.
const LONGEST_RECORD: usize = 20 * 1024;

fn dead_letter(mut record: Value, reason: &str) -> DeadLetter {
    if record.to_string().len() > LONGEST_RECORD {
        record = record["dynamodb"]["Keys"].take();
    }
    DeadLetter {
        version: Version1,
        reason: reason.chars().take(1_000).collect(),
        record,
    }
}

fn failure(failed: FailedAt) -> DynamoDbBatchItemFailure {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure.item_identifier = Some(failed.sequence_number);
    failure
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read_one(record: &Value) -> StreamRecord<Vec<()>> {
        let event: StreamEvent = serde_json::from_value(json!({"Records": [record]})).unwrap();
        event.read().remove(0)
    }

    #[test]
    fn an_odd_record_is_kept_with_its_reason() {
        let odd = json!({"dynamodb": {"SequenceNumber": "7", "Keys": {"bib": {"S": "1"}}, "NewImage": {"bib": 1}}});
        let record = read_one(&odd);
        assert_eq!(record.sequence_number, "7");
        let dead = record.change.unwrap_err();
        assert!(!dead.reason.is_empty());
        assert_eq!(dead.record, odd);
    }

    #[test]
    fn of_a_long_record_the_keys_are_kept() {
        let mut odd = json!({"dynamodb": {"SequenceNumber": "7", "Keys": {"bib": {"S": "1"}}, "NewImage": 1}});
        odd["dynamodb"]["StreamViewType"] = json!("x".repeat(LONGEST_RECORD));
        assert_eq!(read_one(&odd).change.unwrap_err().record, json!({"bib": {"S": "1"}}));
    }
}
