//! Functions that are invoked directly: by people, schedules and deployments.

use super::{boxed, start_with_metrics};
use crate::config::FromEnv;
use crate::metrics;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use tracing::{Instrument, info_span};

/// Runs a function that returns a result for an event of any JSON.
pub async fn job<S, T, H, F, R>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    T: DeserializeOwned + Send,
    H: Fn(&'static S, T) -> F + Send + Sync,
    F: Future<Output = Result<R, Error>> + Send,
    R: Serialize,
{
    let state = start_with_metrics::<S>()?;
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<T>| {
        let span = info_span!("job", request_id = event.context.request_id);
        async move {
            let result = boxed(handle(state, event.payload)).await;
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
