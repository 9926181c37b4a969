//! Functions that process messages of an SQS queue.

use super::{boxed, start_with_metrics};
use crate::config::FromEnv;
use crate::metrics;
use crate::pipeline::messages::Envelope;
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::future::Future;
use tracing::{Instrument, info_span};

/// The event. Its messages are read one by one, so that an invalid one does not fail the batch.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SqsEvent {
    records: Vec<Value>,
}

#[derive(Debug)]
pub struct Delivery<T> {
    pub message_id: String,
    pub message: T,
}

/// The messages of a batch that could be parsed.
pub type Batch<T> = Vec<Delivery<T>>;

/// The ids of messages that SQS must deliver again.
pub type Failures = Vec<String>;

/// Runs a function that processes a batch of messages at a time.
///
/// A message that cannot be parsed is reported as a failure of its own, so that SQS moves it to the dead-letter queue
/// without affecting the others. The handler returns the messages that failed; if it returns an error, SQS delivers the
/// whole batch again.
pub async fn sqs<S, T, H, F>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    T: DeserializeOwned + Send,
    H: Fn(&'static S, Batch<T>) -> F + Send + Sync,
    F: Future<Output = Result<Failures, Error>> + Send,
{
    let state = start_with_metrics::<S>()?;
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| {
        let span = info_span!("batch", request_id = event.context.request_id);
        async move {
            let count = event.payload.records.len();
            let (batch, unreadable) = read(event.payload);
            let handled = boxed(handle(state, batch)).await;
            metrics::flush();
            let failed = handled.inspect_err(|error| tracing::error!(%error, "batch failed"))?;
            tracing::info!(
                messages = count,
                failed = failed.len(),
                unreadable = unreadable.len(),
                "batch handled"
            );
            let mut response = SqsBatchResponse::default();
            response.batch_item_failures = unreadable.into_iter().chain(failed).map(failure).collect();
            Ok::<_, Error>(response)
        }
        .instrument(span)
    }))
    .await
}

fn read<T: DeserializeOwned>(event: SqsEvent) -> (Batch<T>, Failures) {
    let (mut batch, mut unreadable) = (Vec::with_capacity(event.records.len()), Vec::new());
    for record in event.records {
        let text = |name: &str| record[name].as_str().unwrap_or_default();
        let message_id = text("messageId").to_owned();
        match serde_json::from_str::<Envelope<T>>(text("body")) {
            Ok(envelope) => batch.push(Delivery {
                message_id,
                message: envelope.body,
            }),
            Err(error) => {
                metrics::poison_message();
                tracing::error!(message_id, reason = %error, "message cannot be parsed");
                unreadable.push(message_id);
            }
        }
    }
    (batch, unreadable)
}

fn failure(message_id: String) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = message_id;
    failure
}

#[cfg(test)]
mod tests {
    use super::super::mutation::mutated;
    use super::*;
    use crate::domain::point_event::PointEvent;
    use crate::pipeline::discord::Digest;
    use crate::pipeline::messages::PointsNotification;
    use proptest::prelude::*;
    use serde_json::json;
    use time::OffsetDateTime;

    /// The message of a sample event, with attributes of all types.
    fn message(sample: &str) -> Value {
        let mut event: Value = serde_json::from_str(sample).unwrap();
        let mut message = event["Records"][0].take();
        message["messageAttributes"] = json!({
            "event_type": {"stringValue": "points.awarded", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
            "count": {"stringValue": "-1.5", "stringListValues": [], "binaryListValues": [], "dataType": "Number"},
            "bytes": {"binaryValue": "AAEC/w==", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"},
            "custom": {"stringValue": "김", "dataType": "String.custom"}
        });
        message["attributes"]["AWSTraceHeader"] = json!("Root=1-5759e988-bd862e3fe1be46a994272793");
        message["attributes"]["MessageGroupId"] = json!("1");
        message["md5OfMessageAttributes"] = json!("d41d8cd98f00b204e9800998ecf8427e");
        message
    }

    fn point_event() -> Value {
        message(include_str!("../../../events/point-increase.json"))
    }

    fn notification() -> Value {
        message(include_str!("../../../events/webhook.json"))
    }

    fn read_all<T: DeserializeOwned>(messages: &[&Value]) -> (Batch<T>, Failures) {
        let event = json!({"Records": messages}).to_string();
        read(serde_json::from_str(&event).unwrap())
    }

    /// `message` with another value of a field of its body.
    fn with(mut message: Value, field: &str, value: Value) -> Value {
        let mut body: Value = serde_json::from_str(message["body"].as_str().unwrap()).unwrap();
        body[field] = value;
        message["body"] = body.to_string().into();
        message
    }

    #[test]
    fn reads_messages_with_attributes() {
        let (batch, unreadable) = read_all::<PointEvent>(&[&point_event(), &point_event()]);
        assert_eq!((batch.len(), unreadable.len()), (2, 0));
        let (batch, unreadable) = read_all::<PointsNotification>(&[&notification()]);
        assert_eq!((batch.len(), unreadable.len()), (1, 0));
    }

    #[test]
    fn an_invalid_message_does_not_fail_the_others() {
        let valid = point_event();
        for (field, value) in [
            ("body", json!(1)),
            ("body", json!(null)),
            ("attributes", json!([])),
            ("messageAttributes", json!({"a": {"stringListValues": null}})),
        ] {
            let mut invalid = valid.clone();
            invalid[field] = value;
            invalid["messageId"] = json!("invalid");
            let (batch, unreadable) = read_all::<PointEvent>(&[&valid, &invalid]);
            assert_eq!(batch.len() + unreadable.len(), 2, "{invalid}");
            assert_eq!(unreadable.is_empty(), field != "body", "{invalid}");
        }
    }

    #[test]
    fn rejects_events_that_the_ledger_cannot_hold() {
        for (field, value) in [
            ("event_id", json!("")),
            ("event_id", json!("x".repeat(65))),
            ("event_id", json!("x ")),
            ("event_id", json!("김")),
            ("point", json!(i64::MAX)),
            ("point", json!(i64::MIN)),
        ] {
            let invalid = with(point_event(), field, value);
            let (batch, unreadable) = read_all::<PointEvent>(&[&invalid]);
            assert_eq!((batch.len(), unreadable.len()), (0, 1), "{invalid}");
        }
    }

    #[test]
    fn merges_notifications_of_any_size() {
        let largest = with(
            with(notification(), "count", json!(u64::MAX)),
            "total_point",
            json!(i64::MAX),
        );
        let (batch, _) = read_all::<PointsNotification>(&[&largest, &largest]);
        let merged = batch
            .into_iter()
            .map(|delivery| delivery.message)
            .reduce(|mut one, other| {
                one.merge(other);
                one
            });
        assert_eq!(merged.unwrap().total_point, i64::MAX);
    }

    /// The batch of two valid messages with a changed one between them, after a check that only that one may fail.
    fn read_between<T: DeserializeOwned>(valid: &Value, changed: &Value) -> Result<Vec<T>, TestCaseError> {
        let (batch, unreadable) = read_all::<T>(&[valid, changed, valid]);
        let changed_id = changed["messageId"].as_str().unwrap_or_default();
        prop_assert_eq!(batch.len() + unreadable.len(), 3);
        prop_assert!(unreadable.is_empty() || unreadable == [changed_id], "{:?}", unreadable);
        Ok(batch.into_iter().map(|delivery| delivery.message).collect())
    }

    /// A message with random changes of its attributes and its body.
    fn changed(message: Value) -> impl Strategy<Value = Value> {
        let body: Value = serde_json::from_str(message["body"].as_str().unwrap()).unwrap();
        (mutated(vec![message]), mutated(vec![body]), any::<bool>()).prop_map(|(mut message, body, change_body)| {
            if change_body && message.is_object() {
                message["body"] = body.to_string().into();
            }
            message
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn every_point_event_is_read_or_fails_alone(changed in changed(point_event())) {
            let events = read_between::<PointEvent>(&point_event(), &changed)?;
            metrics::points_posted(&events, OffsetDateTime::now_utc());
            for notification in PointsNotification::for_each_race(&events) {
                prop_assert!(serde_json::to_string(&Envelope::new(notification)).is_ok());
            }
        }

        #[test]
        fn every_notification_is_read_or_fails_alone(changed in changed(notification())) {
            let notifications = read_between::<PointsNotification>(&notification(), &changed)?;
            let merged = notifications.into_iter().reduce(|mut merged, other| {
                merged.merge(other);
                merged
            });
            prop_assert!(serde_json::to_string(&Digest::new(&merged.unwrap().truncated())).is_ok());
        }
    }
}
