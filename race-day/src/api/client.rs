//! Sends requests to the API, with retries.

use super::{ApiError, Response};
use crate::phase::Phase;
use reqwest::header::{ACCEPT_LANGUAGE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode, Url};
use serde::Deserialize;
use serde_json::Value;
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::time::sleep;

const MAX_ATTEMPTS: u32 = 8;
/// Fewer than [`MAX_ATTEMPTS`], so that a mistyped URL is reported soon.
const MAX_PROBE_ATTEMPTS: u32 = 3;
/// Above the 30 s after which an HTTP API times out.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(35);
const MIN_BACKOFF: Duration = Duration::from_millis(100);
const MAX_BACKOFF: Duration = Duration::from_secs(5);
const MAX_RETRY_AFTER: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct Request<'a> {
    method: Method,
    /// Relative to the base URL, with its query.
    path: &'a str,
    access_token: Option<&'a str>,
    /// Sent as JSON.
    body: Option<&'a Value>,
}

impl<'a> Request<'a> {
    pub const fn get(path: &'a str) -> Self {
        Self {
            method: Method::GET,
            path,
            access_token: None,
            body: None,
        }
    }

    pub const fn post(path: &'a str, body: &'a Value) -> Self {
        Self {
            method: Method::POST,
            path,
            access_token: None,
            body: Some(body),
        }
    }

    #[must_use]
    pub fn with_token<'b>(&'b self, access_token: &'b str) -> Request<'b> {
        Request {
            method: self.method.clone(),
            path: self.path,
            access_token: Some(access_token),
            body: self.body,
        }
    }

    fn label(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

pub struct ApiClient {
    client: Client,
    /// Without a trailing slash.
    base_url: String,
}

impl ApiClient {
    /// `base_url` includes the API's stage.
    pub fn new(base_url: &Url) -> Result<Self, ApiError> {
        // Fails only if a provider is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(REQUEST_TIMEOUT);
        if base_url.scheme() == "http" {
            // Without this, a machine that has no root certificates could not even use plain http.
            client = client.tls_certs_only([]);
        }
        let client = client.build().map_err(|error| ApiError::Client(root_cause(&error)))?;
        Ok(Self {
            client,
            base_url: base_url.as_str().trim_end_matches('/').to_owned(),
        })
    }

    /// Checks that the base URL leads to this API.
    pub async fn probe(&self) -> Result<(), ApiError> {
        #[derive(Deserialize)]
        struct MarathonList {
            #[serde(rename = "items")]
            _items: Vec<Value>,
        }
        let response = self
            .send_with_retries(&Request::get("/marathons?limit=1"), MAX_PROBE_ATTEMPTS, None)
            .await?;
        response.json::<MarathonList>(StatusCode::OK).map(|_| ())
    }

    /// Sends a request. Retries if there is no response, and after 429 or 5xx.
    pub async fn send(&self, request: &Request<'_>, phase: &Phase) -> Result<Response, ApiError> {
        self.send_with_retries(request, MAX_ATTEMPTS, Some(phase)).await
    }

    async fn send_with_retries(
        &self,
        request: &Request<'_>,
        max_attempts: u32,
        phase: Option<&Phase>,
    ) -> Result<Response, ApiError> {
        let mut attempt = 1;
        loop {
            let started = Instant::now();
            let result = self.send_once(request).await;
            if let Some(phase) = phase {
                phase.record_request(started.elapsed());
            }
            let delay = match result {
                Ok(response) if attempt == max_attempts || !response.is_transient() => {
                    return Ok(Response {
                        was_retried: attempt > 1,
                        ..response
                    });
                }
                Err(error) if attempt == max_attempts => {
                    return Err(ApiError::NoResponse {
                        base_url: self.base_url.clone(),
                        reason: root_cause(&error),
                        request: request.label(),
                        attempts: attempt,
                    });
                }
                Ok(response) => response.retry_after.unwrap_or_default().max(backoff(attempt)),
                Err(_) => backoff(attempt),
            };
            if let Some(phase) = phase {
                phase.record_retry();
            }
            sleep(delay).await;
            attempt += 1;
        }
    }

    async fn send_once(&self, request: &Request<'_>) -> Result<Response, reqwest::Error> {
        let mut builder = self
            .client
            .request(request.method.clone(), format!("{}{}", self.base_url, request.path))
            .header(ACCEPT_LANGUAGE, "en");
        if let Some(token) = request.access_token {
            builder = builder.bearer_auth(token);
        }
        if let Some(body) = request.body {
            builder = builder.json(body);
        }
        let response = builder.send().await?;
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Response {
            request: request.label(),
            status: response.status(),
            retry_after: retry_after.map(|seconds| Duration::from_secs(seconds).min(MAX_RETRY_AFTER)),
            body: response.bytes().await?.into(),
            was_retried: false,
        })
    }
}

/// Exponential backoff with jitter: between half of the delay and all of it.
fn backoff(attempt: u32) -> Duration {
    let delay = MIN_BACKOFF.saturating_mul(1 << (attempt - 1).min(10)).min(MAX_BACKOFF);
    delay.mul_f32(1.0 - fastrand::f32() / 2.0)
}

/// The innermost source: "connection refused" instead of "error sending request".
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::ProgressDisplay;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    /// A client of a server that sends these responses, one for each connection. For an empty one, it closes the
    /// connection.
    fn client_of(responses: &'static [&'static str]) -> ApiClient {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}/api/", listener.local_addr().unwrap());
        thread::spawn(move || {
            for response in responses {
                let (mut connection, _) = listener.accept().unwrap();
                let mut request = [0; 1024];
                let _ = connection.read(&mut request).unwrap();
                connection.write_all(response.as_bytes()).unwrap();
            }
        });
        ApiClient::new(&Url::parse(&base_url).unwrap()).unwrap()
    }

    fn phase() -> Phase {
        Phase::start("test", ProgressDisplay::new().start("test", 1))
    }

    #[tokio::test]
    async fn retries_lost_and_transient_responses() {
        let api = client_of(&[
            "",
            "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 201 Created\r\nContent-Length: 1\r\nConnection: close\r\n\r\n7",
        ]);
        let phase = phase();
        let response = api.send(&Request::get("/users"), &phase).await.unwrap();
        assert_eq!(
            (response.was_retried, response.json::<u8>(StatusCode::CREATED).unwrap()),
            (true, 7)
        );
        let summary = phase.finish();
        assert_eq!((summary.latencies.count(), summary.retries), (3, 2));
    }

    #[tokio::test]
    async fn does_not_retry_client_errors() {
        let api = client_of(&["HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"]);
        let response = api.send(&Request::get("/users"), &phase()).await.unwrap();
        assert_eq!((response.was_retried, response.status), (false, StatusCode::CONFLICT));
    }

    #[test]
    fn backoff_stays_within_bounds() {
        for attempt in 1..40 {
            let delay = backoff(attempt);
            assert!(delay >= MIN_BACKOFF / 2 && delay <= MAX_BACKOFF, "{delay:?}");
        }
    }
}
