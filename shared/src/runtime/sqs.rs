//! Functions that process messages of an SQS queue.

use super::{boxed, start_with_metrics};
use crate::config::FromEnv;
use crate::metrics;
use crate::pipeline::messages::Envelope;
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::de::DeserializeOwned;
use std::future::Future;
use tracing::{Instrument, info_span};

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
        let message_id = record.message_id.unwrap_or_default();
        match serde_json::from_str::<Envelope<T>>(&record.body.unwrap_or_default()) {
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
