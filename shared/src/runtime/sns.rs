//! Functions behind a topic.

use super::{erased, start};
use crate::config::FromEnv;
use aws_lambda_events::event::sns::SnsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::de::DeserializeOwned;
use std::future::Future;
use tracing::{Instrument, info_span};

/// Runs a function that handles a topic's messages.
///
/// A message that cannot be read, or whose handler fails, fails the invocation: Lambda tries again and then sends it to
/// the on-failure destination.
///
/// # Errors
/// When the configuration is not complete, or the Lambda runtime cannot be reached.
pub async fn sns<S, T, H, F>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    T: DeserializeOwned + Send,
    H: Fn(&'static S, T) -> F + Send + Sync,
    F: Future<Output = Result<(), Error>> + Send,
{
    let state = start::<S>()?;
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SnsEvent>| {
        let span = info_span!("message", request_id = event.context.request_id);
        async move {
            let mut result = Ok(());
            for record in event.payload.records {
                let handled = match serde_json::from_str(&record.sns.message) {
                    Ok(message) => erased(handle(state, message)).await,
                    Err(error) => Err(error.into()),
                };
                result = handled
                    .inspect_err(|error| tracing::error!(%error, "message failed"))
                    .and(result);
            }
            result
        }
        .instrument(span)
    }))
    .await
}
