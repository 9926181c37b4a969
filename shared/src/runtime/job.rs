//! Functions that people and deployments invoke.

use super::{erased, start};
use crate::config::FromEnv;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Serialize;
use serde_json::Value;
use std::future::Future;
use tracing::{Instrument, info_span};

/// Runs a function that does its job whatever the event says, and answers with its result.
///
/// # Errors
/// When the configuration is not complete, or the Lambda runtime cannot be reached.
pub async fn job<S, H, F, R>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    H: Fn(&'static S) -> F + Send + Sync,
    F: Future<Output = Result<R, Error>> + Send,
    R: Serialize,
{
    let state = start::<S>()?;
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| {
        let span = info_span!("job", request_id = event.context.request_id);
        async move {
            let result = erased(handle(state)).await;
            if let Err(error) = &result {
                tracing::error!(error = %error, "job failed");
            }
            result
        }
        .instrument(span)
    }))
    .await
}
