//! The one line in each function's `main`: `shared::runtime::http(handle).await`, and its siblings for the pipeline.
//!
//! Each helper starts the logs, sets up once what the function uses ([`FromEnv`]; a missing variable ends the start and
//! names itself), and then hands the handler one event after the other together with that state.

mod deployment;
mod http;
mod job;
mod sqs;
mod stream;

/// Whatever makes an invocation fail.
pub use lambda_runtime::Error;

pub use deployment::deployment;
pub use http::http;
pub use job::job;
pub use sqs::{Batch, Delivery, Failures, sqs};
pub use stream::{Change, FailedAt, StreamEvent, StreamRecord, stream};

use crate::config::FromEnv;
use crate::metrics;
use crate::telemetry;
use std::pin::Pin;

/// A handler's work without its type, which for some is nested deeper than the compiler lays out.
fn erased<'a, T>(work: impl Future<Output = T> + Send + 'a) -> Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(work)
}

/// What [`start`] does, and counting, for functions behind no API: CloudWatch counts requests by itself.
fn start_counting<S: FromEnv + 'static>() -> Result<&'static S, Error> {
    metrics::start();
    start()
}

/// Starts the logs and sets up what the function uses, for as long as the process lives.
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
