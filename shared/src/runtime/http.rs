//! Functions that answer API requests.

use super::{boxed, start};
use crate::config::FromEnv;
use crate::http::{Problem, Request, Response, compressed};
use lambda_http::http::HeaderValue;
use lambda_http::http::header::CACHE_CONTROL;
use lambda_http::{RequestExt, service_fn};
use lambda_runtime::Error;
use std::future::Future;
use std::time::Instant;
use time::OffsetDateTime;
use tracing::{Instrument, info_span};

pub async fn http<S, H, F>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    H: Fn(&'static S, Request) -> F + Send + Sync,
    F: Future<Output = Result<Response, Problem>> + Send,
{
    let state = start::<S>()?;
    let handle = &handle;
    lambda_http::run(service_fn(move |request: lambda_http::Request| {
        let request_id = request.lambda_context().request_id;
        let span = info_span!("request", request_id);
        async move {
            let started = Instant::now();
            let request = Request::new(request, OffsetDateTime::now_utc());
            let (method, language) = (request.method().clone(), request.language());
            let accept_encoding = request.accept_encoding().to_owned();
            let mut response = match boxed(handle(state, request)).await {
                Ok(response) => response,
                Err(problem) => {
                    log(&problem);
                    problem.respond(language)
                }
            };
            // Responses are not cached unless the handler allows it.
            let no_store = HeaderValue::from_static("no-store");
            response.headers_mut().entry(CACHE_CONTROL).or_insert(no_store);
            if let Ok(request_id) = HeaderValue::from_str(&request_id) {
                response.headers_mut().insert("x-request-id", request_id);
            }
            tracing::info!(
                method = method.as_str(),
                status = response.status().as_u16(),
                duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
                "answered"
            );
            Ok::<_, Error>(compressed(response, &accept_encoding))
        }
        .instrument(span)
    }))
    .await
}

/// Logs internal errors and stores that cannot be reached with their chain of causes, and invalid requests at the debug level.
fn log(problem: &Problem) {
    match problem {
        Problem::Internal(cause) | Problem::Unavailable { cause, .. } => {
            let mut causes = vec![cause.to_string()];
            let mut source = cause.source();
            while let Some(error) = source {
                causes.push(error.to_string());
                source = error.source();
            }
            tracing::error!(cause = causes.join(": "), "request failed");
        }
        Problem::Busy => tracing::warn!("too busy"),
        other => tracing::debug!(problem = %other, "request rejected"),
    }
}
