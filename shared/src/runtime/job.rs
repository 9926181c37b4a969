//! Functions that people, schedules and deployments invoke.

use super::{erased, start_counting};
use crate::config::FromEnv;
use crate::metrics;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use tracing::{Instrument, info_span};

/// Runs a function that does the job its event asks for, and answers with its result.
///
/// # Errors
/// When the configuration is not complete, or the Lambda runtime cannot be reached.
pub async fn job<S, T, H, F, R>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    T: DeserializeOwned + Send,
    H: Fn(&'static S, T) -> F + Send + Sync,
    F: Future<Output = Result<R, Error>> + Send,
    R: Serialize,
{
    let state = start_counting::<S>()?;
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<T>| {
        let span = info_span!("job", request_id = event.context.request_id);
        async move {
            let result = erased(handle(state, event.payload)).await;
            if let Err(error) = &result {
                tracing::error!(error = %error, "job failed");
            }
            metrics::flush();
            result
        }
        .instrument(span)
    }))
    .await
}
