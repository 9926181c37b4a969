//! Functions that process a DynamoDB stream.

use super::{boxed, start_with_metrics};
use crate::config::FromEnv;
use crate::metrics;
use crate::pipeline::messages::DeadLetter;
use aws_lambda_events::event::dynamodb::EventRecord;
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::future::Future;
use tracing::{Instrument, info_span};

/// The event. Its records are parsed one by one, so that an invalid one does not fail the batch.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamEvent {
    records: Vec<Value>,
}

#[derive(Debug)]
pub struct StreamRecord<T> {
    pub sequence_number: String,
    /// The change, or a dead letter for a record that cannot be parsed.
    pub change: Result<Change<T>, DeadLetter>,
}

/// A change of an item.
#[derive(Debug)]
pub struct Change<T> {
    /// None for an insertion.
    pub old: Option<T>,
    /// None for a deletion.
    pub new: Option<T>,
}

/// The first record that failed.
#[derive(Debug)]
pub struct RecordFailure {
    pub sequence_number: String,
    pub reason: String,
}

/// Runs a function that processes the changes of a table in order.
///
/// The handler may fail at a record. Lambda then retries from that record on, to preserve the order in the shard; after
/// the retries that the template allows, it sends them to the dead-letter queue. A record that cannot be parsed would
/// block the shard that way, so the handler gets it as a [`DeadLetter`] to publish.
pub async fn stream<S, T, H, F>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    T: DeserializeOwned + Send,
    H: Fn(&'static S, Vec<StreamRecord<T>>) -> F + Send + Sync,
    F: Future<Output = Result<(), RecordFailure>> + Send,
{
    let state = start_with_metrics::<S>()?;
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<StreamEvent>| {
        let span = info_span!("stream", request_id = event.context.request_id);
        async move {
            let records = event.payload.parse();
            let count = records.len();
            metrics::records_seen(count);
            let failed = boxed(handle(state, records)).await.err();
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
    #[must_use]
    pub fn parse<T: DeserializeOwned>(self) -> Vec<StreamRecord<T>> {
        self.records.into_iter().map(parse).collect()
    }
}

fn parse<T: DeserializeOwned>(record: Value) -> StreamRecord<T> {
    let sequence_number = record["dynamodb"]["SequenceNumber"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let change = change(&record).map_err(|reason| {
        metrics::poison_message();
        tracing::error!(sequence_number, reason, "record cannot be parsed");
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

/// A dead letter contains records up to this size, and only the keys of larger ones, so that ten dead letters stay below
/// the 256 KiB that SNS accepts in one request. Records of this application have about 2 KiB.
const MAX_RECORD_BYTES: usize = 20 * 1024;

fn dead_letter(mut record: Value, reason: &str) -> DeadLetter {
    let is_long = |value: &Value| value.to_string().len() > MAX_RECORD_BYTES;
    if is_long(&record) {
        let keys = record.pointer_mut("/dynamodb/Keys").map(Value::take);
        record = keys.filter(|keys| !is_long(keys)).unwrap_or_default();
    }
    DeadLetter {
        reason: reason.chars().take(1_000).collect(),
        record,
    }
}

fn failure(failed: RecordFailure) -> DynamoDbBatchItemFailure {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure.item_identifier = Some(failed.sequence_number);
    failure
}

#[cfg(test)]
mod tests {
    use super::super::mutation::mutated;
    use super::*;
    use crate::domain::award;
    use crate::domain::official_record::OfficialRecord;
    use crate::pipeline::messages::{Envelope, RecordMessage};
    use proptest::prelude::*;
    use serde_json::json;

    fn parse_all<T: DeserializeOwned>(records: &[&Value]) -> Vec<StreamRecord<T>> {
        let event = json!({"Records": records}).to_string();
        serde_json::from_str::<StreamEvent>(&event).unwrap().parse()
    }

    fn parse_one(record: &Value) -> StreamRecord<OfficialRecord> {
        parse_all(&[record]).remove(0)
    }

    #[test]
    fn keeps_an_invalid_record_with_its_reason() {
        let invalid = json!({"dynamodb": {"SequenceNumber": "7", "Keys": {"bib": {"S": "1"}}, "NewImage": {"bib": 1}}});
        let record = parse_one(&invalid);
        assert_eq!(record.sequence_number, "7");
        let dead = record.change.unwrap_err();
        assert!(!dead.reason.is_empty());
        assert_eq!(dead.record, invalid);
    }

    #[test]
    fn keeps_only_the_keys_of_a_long_record() {
        let mut invalid = json!({"dynamodb": {"SequenceNumber": "7", "Keys": {"bib": {"S": "1"}}, "NewImage": 1}});
        invalid["dynamodb"]["StreamViewType"] = json!("x".repeat(MAX_RECORD_BYTES));
        assert_eq!(
            parse_one(&invalid).change.unwrap_err().record,
            json!({"bib": {"S": "1"}})
        );
    }

    #[test]
    fn keeps_nothing_of_a_long_record_without_keys() {
        let long = json!("x".repeat(MAX_RECORD_BYTES));
        for invalid in [
            json!(long),
            json!([long]),
            json!({"dynamodb": long}),
            json!({"dynamodb": {"Keys": long}}),
        ] {
            assert_eq!(parse_one(&invalid).change.unwrap_err().record, Value::Null);
        }
    }

    /// The sample event's record.
    fn insertion() -> Value {
        let event: Value = serde_json::from_str(include_str!("../../../events/official-record.json")).unwrap();
        event["Records"][0].clone()
    }

    /// An insertion, a correction, a deletion, an expiry, and an insertion with attributes of all types.
    fn records() -> Vec<Value> {
        let insertion = insertion();
        let mut correction = insertion.clone();
        correction["eventName"] = json!("MODIFY");
        correction["dynamodb"]["OldImage"] = insertion["dynamodb"]["NewImage"].clone();
        correction["dynamodb"]["NewImage"]["revision"] = json!({"N": "2"});
        correction["dynamodb"]["NewImage"]["status"] = json!({"S": "dq"});
        let mut deletion = correction.clone();
        deletion["eventName"] = json!("REMOVE");
        deletion["dynamodb"].as_object_mut().unwrap().remove("NewImage");
        let mut expiry = deletion.clone();
        expiry["userIdentity"] = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
        vec![insertion, correction, deletion, expiry, with_all_types()]
    }

    fn with_all_types() -> Value {
        let mut record = insertion();
        // DynamoDB nests attributes up to 32 levels deep.
        let deepest = (1..32).fold(json!({"S": "deepest"}), |inner, level| match level % 2 {
            0 => json!({"L": [inner]}),
            _ => json!({"M": {"inner": inner}}),
        });
        let attributes = json!({
            "text": {"S": "김\u{1}\"🏃"},
            "number": {"N": "-9.9999999999999999999999999999999999999E+125"},
            "binary": {"B": "AAEC/w=="},
            "texts": {"SS": ["", "김"]},
            "numbers": {"NS": ["1", "2.5", "1E-130"]},
            "binaries": {"BS": ["AAEC", ""]},
            "map": {"M": {"": {"M": {}}}},
            "list": {"L": [{"NULL": true}, {"BOOL": false}, {"B": ""}]},
            "null": {"NULL": true},
            "boolean": {"BOOL": true},
            "deep": deepest
        });
        let image = record["dynamodb"]["NewImage"].as_object_mut().unwrap();
        image.extend(attributes.as_object().unwrap().clone());
        record
    }

    #[test]
    fn ignores_other_attributes_of_every_type() {
        let change = parse_one(&with_all_types()).change.unwrap();
        assert_eq!(change.new, parse_one(&insertion()).change.unwrap().new);
        assert!(change.new.is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn every_record_is_a_change_or_a_dead_letter(changed in mutated(records())) {
            let valid = insertion();
            let parsed = parse_all::<OfficialRecord>(&[&valid, &changed, &valid]);
            prop_assert!(parsed[0].change.is_ok() && parsed[2].change.is_ok());
            let messages: Vec<_> = match &parsed[1].change {
                Ok(change) => award::events(change.old.as_ref(), change.new.as_ref())
                    .into_iter()
                    .map(RecordMessage::PointEvent)
                    .collect(),
                Err(dead_letter) => vec![RecordMessage::DeadLetter(dead_letter.clone())],
            };
            for message in messages {
                let message = serde_json::to_string(&Envelope::new(message)).unwrap();
                // Ten messages are one request to SNS.
                prop_assert!(message.len() < 256 * 1024 / 10, "{} bytes", message.len());
            }
        }
    }
}
