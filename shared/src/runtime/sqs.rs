//! Functions behind a queue.

use super::{erased, start_counting};
use crate::config::FromEnv;
use crate::metrics;
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::de::DeserializeOwned;
use std::future::Future;
use tracing::{Instrument, info_span};

/// One message of a batch.
#[derive(Debug)]
pub struct Delivery<T> {
    /// What the queue calls this delivery.
    pub message_id: String,
    /// What it says.
    pub message: T,
}

/// The messages of a batch that could be read.
pub type Batch<T> = Vec<Delivery<T>>;

/// The ids of deliveries that the queue must hand out again.
pub type Failures = Vec<String>;

/// Runs a function that handles a queue's messages a batch at a time.
///
/// A body that cannot be read fails alone: it comes back until the queue moves it to the dead-letter queue, and holds up
/// no other. The handler answers with the deliveries that failed; when it fails as a whole, all of them come back.
///
/// # Errors
/// When the configuration is not complete, or the Lambda runtime cannot be reached.
pub async fn sqs<S, T, H, F>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    T: DeserializeOwned + Send,
    H: Fn(&'static S, Batch<T>) -> F + Send + Sync,
    F: Future<Output = Result<Failures, Error>> + Send,
{
    let state = start_counting::<S>()?;
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| {
        let span = info_span!("batch", request_id = event.context.request_id);
        async move {
            let count = event.payload.records.len();
            let (batch, unreadable) = read(event.payload);
            let handled = erased(handle(state, batch)).await;
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
        match serde_json::from_str(&record.body.unwrap_or_default()) {
            Ok(message) => batch.push(Delivery { message_id, message }),
            Err(error) => {
                metrics::poison();
                tracing::error!(message_id, reason = %error, "message cannot be read");
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
