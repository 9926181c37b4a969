//! The one line in each function's `main`: `shared::runtime::http(handle).await`, and the same for other event sources.
//!
//! Each function here starts logging, creates the handler's state once from the environment ([`FromEnv`]; a missing
//! variable stops the start with its name in the log), and then calls the handler for each event.

mod api_event;
mod custom_resource;
mod http;
mod job;
#[cfg(test)]
mod mutation;
mod sqs;
mod stream;

pub use lambda_runtime::Error;

pub use custom_resource::custom_resource;
pub use http::http;
pub use job::job;
pub use sqs::{Batch, Delivery, Failures, sqs};
pub use stream::{Change, RecordFailure, StreamEvent, StreamRecord, stream};

use crate::config::FromEnv;
use crate::metrics;
use crate::telemetry;
use std::pin::Pin;

/// Boxes a handler's future: some are nested too deeply for the compiler's layout limit.
fn boxed<'a, T>(future: impl Future<Output = T> + Send + 'a) -> Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(future)
}

/// [`start`] with metrics, for functions that are not behind the API.
fn start_with_metrics<S: FromEnv + 'static>() -> Result<&'static S, Error> {
    metrics::start();
    start()
}

/// Starts logging and creates the state, which lives as long as the process.
fn start<S: FromEnv + 'static>() -> Result<&'static S, Error> {
    telemetry::start();
    match S::from_env() {
        Ok(state) => Ok(Box::leak(Box::new(state))),
        Err(error) => {
            tracing::error!(error = %error, "the function cannot start");
            Err(error.into())
        }
    }
}
