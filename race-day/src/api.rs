//! The client of the public API: one request at a time, sent again a bounded number of times.

use crate::step::Step;
use reqwest::header::{ACCEPT_LANGUAGE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How often a request is sent at most.
const MOST_TRIES: u32 = 8;
/// How often before the race begins: who mistyped the address wants to know soon.
const PROBE_TRIES: u32 = 3;
/// An HTTP API gives up on a function after 30 seconds.
const TIMEOUT: Duration = Duration::from_secs(35);
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(30);

/// Why the API could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// This program cannot send requests.
    #[error("no HTTP client: {0}")]
    Client(String),
    /// No answer came.
    #[error("no answer from {base}: {reason} ({request}, tried {tries} times)")]
    Unreachable {
        /// The API's address.
        base: String,
        /// Why not.
        reason: String,
        /// The method and the path.
        request: String,
        /// How often it was sent.
        tries: u32,
    },
    /// An answer with another status than the contract's.
    #[error("{request} answered {status}: {detail}")]
    Refused {
        /// The method and the path.
        request: String,
        /// The status.
        status: StatusCode,
        /// What the problem details say, or else the body.
        detail: String,
    },
    /// An answer with another body than the contract's.
    #[error("{request} answered {status}, but not what the contract says: {reason}: {body}")]
    Unreadable {
        /// The method and the path.
        request: String,
        /// The status.
        status: StatusCode,
        /// What is missing or wrong.
        reason: String,
        /// The beginning of the body.
        body: String,
    },
}

/// A request.
#[derive(Debug)]
pub struct Call<'a> {
    /// The method.
    pub method: Method,
    /// The path below the API's address, with its query.
    pub path: &'a str,
    /// The caller's access token.
    pub token: Option<&'a str>,
    /// The JSON body.
    pub body: Option<&'a Value>,
}

impl<'a> Call<'a> {
    /// A GET.
    pub const fn get(path: &'a str) -> Self {
        Self {
            method: Method::GET,
            path,
            token: None,
            body: None,
        }
    }

    /// A POST.
    pub const fn post(path: &'a str, body: &'a Value) -> Self {
        Self {
            method: Method::POST,
            path,
            token: None,
            body: Some(body),
        }
    }

    /// The same, by the holder of a token.
    #[must_use]
    pub fn with_token<'b>(&'b self, token: &'b str) -> Call<'b> {
        Call {
            method: self.method.clone(),
            path: self.path,
            token: Some(token),
            body: self.body,
        }
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    request: String,
    status: StatusCode,
    retry_after: Option<Duration>,
    body: Vec<u8>,
    /// Whether it was sent before, and that answer may have been lost after the deed was done.
    pub retried: bool,
}

/// Problem details (RFC 9457).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    r#type: String,
    title: String,
    detail: String,
    errors: Vec<FieldProblem>,
}

#[derive(Debug, Deserialize)]
struct FieldProblem {
    field: String,
    detail: String,
}

/// A deployed API.
pub struct Api {
    client: Client,
    base: String,
}

impl Api {
    /// The API at an address, which ends with its stage.
    pub fn new(address: &Url) -> Result<Self, ApiError> {
        // Fails if there is one already, which does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder().no_proxy().redirect(Policy::none()).timeout(TIMEOUT);
        if address.scheme() == "http" {
            // A machine without certificates can play a local race.
            client = client.tls_certs_only([]);
        }
        let client = client.build().map_err(|error| ApiError::Client(root_cause(&error)))?;
        Ok(Self {
            client,
            base: address.as_str().trim_end_matches('/').to_owned(),
        })
    }

    /// Makes sure that something at the address speaks the contract.
    pub async fn probe(&self) -> Result<(), ApiError> {
        #[derive(Deserialize)]
        struct Races {
            #[serde(rename = "items")]
            _items: Vec<Value>,
        }
        let answer = self
            .send_up_to(PROBE_TRIES, &Call::get("/marathons?limit=1"), None)
            .await?;
        answer.read::<Races>(StatusCode::OK).map(|_| ())
    }

    /// Sends a request, again if it was lost or the API was busy.
    pub async fn send(&self, call: &Call<'_>, step: &Step) -> Result<Answer, ApiError> {
        self.send_up_to(MOST_TRIES, call, Some(step)).await
    }

    async fn send_up_to(&self, most: u32, call: &Call<'_>, step: Option<&Step>) -> Result<Answer, ApiError> {
        let mut tries = 1;
        loop {
            let started = Instant::now();
            let outcome = self.once(call).await;
            if let Some(step) = step {
                step.requested(started.elapsed());
            }
            let wait = match outcome {
                Ok(answer) if tries == most || !answer.is_transient() => {
                    return Ok(Answer {
                        retried: tries > 1,
                        ..answer
                    });
                }
                Err(error) if tries == most => return Err(self.unreachable(call, &error, tries)),
                Ok(answer) => answer.retry_after.unwrap_or_default().max(backoff(tries)),
                Err(_) => backoff(tries),
            };
            if let Some(step) = step {
                step.retried();
            }
            sleep(wait).await;
            tries += 1;
        }
    }

    async fn once(&self, call: &Call<'_>) -> Result<Answer, reqwest::Error> {
        let request = self
            .client
            .request(call.method.clone(), format!("{}{}", self.base, call.path));
        let mut request = request.header(ACCEPT_LANGUAGE, "en");
        if let Some(token) = call.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = call.body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Answer {
            request: call.name(),
            status: response.status(),
            retry_after: retry_after.map(|seconds| Duration::from_secs(seconds).min(LONGEST_RETRY_AFTER)),
            body: response.bytes().await?.into(),
            retried: false,
        })
    }

    fn unreachable(&self, call: &Call<'_>, error: &reqwest::Error, tries: u32) -> ApiError {
        ApiError::Unreachable {
            base: self.base.clone(),
            reason: root_cause(error),
            request: call.name(),
            tries,
        }
    }
}

impl Answer {
    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether it may be another one next time: nothing else is wrong with the request.
    fn is_transient(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }

    /// Whether it is this problem, by the last part of its `type`.
    pub fn is_problem(&self, kind: &str) -> bool {
        self.problem().r#type == format!("/problems/{kind}")
    }

    /// Whether it says that what was asked for has been done by an earlier try whose answer was lost.
    pub fn was_done_before(&self, kind: &str) -> bool {
        self.retried && self.status == StatusCode::CONFLICT && self.is_problem(kind)
    }

    /// The body of an answer with this status.
    pub fn read<T: DeserializeOwned>(&self, status: StatusCode) -> Result<T, ApiError> {
        self.expect(status)?;
        serde_json::from_slice(&self.body).map_err(|error| ApiError::Unreadable {
            request: self.request.clone(),
            status: self.status,
            reason: error.to_string(),
            body: self.beginning(),
        })
    }

    /// Nothing, of an answer with this status.
    pub fn expect(&self, status: StatusCode) -> Result<(), ApiError> {
        if self.status == status {
            Ok(())
        } else {
            Err(self.rejected())
        }
    }

    fn problem(&self) -> Problem {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    fn rejected(&self) -> ApiError {
        let problem = self.problem();
        let fields = problem
            .errors
            .iter()
            .map(|error| format!("; {}: {}", error.field, error.detail));
        let fields = fields.collect::<Vec<_>>().concat();
        let detail = match (problem.title.as_str(), problem.detail.as_str()) {
            ("", "") => self.beginning(),
            (title, detail) => format!("{title}: {detail}{fields}"),
        };
        ApiError::Refused {
            request: self.request.clone(),
            status: self.status,
            detail,
        }
    }

    /// What fits on a line.
    fn beginning(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        text.chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(200)
            .collect()
    }
}

/// Twice as long each time, less up to a half so that not all come back at once.
fn backoff(tries: u32) -> Duration {
    let wait = FIRST_WAIT.saturating_mul(1 << (tries - 1).min(10)).min(LONGEST_WAIT);
    wait.mul_f32(1.0 - fastrand::f32() / 2.0)
}

/// What is at the bottom of an error, which says most in one line.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Display;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    fn answer(status: u16, body: &str) -> Answer {
        let status = StatusCode::from_u16(status).unwrap();
        Answer {
            request: "POST /users".into(),
            status,
            retry_after: None,
            body: body.into(),
            retried: false,
        }
    }

    #[test]
    fn a_refusal_says_what_the_problem_is() {
        let body = r#"{"type":"/problems/invalid-fields","title":"Invalid fields","status":422,
            "detail":"Please check: phone","errors":[{"field":"phone","detail":"like 010-1234-5678"}]}"#;
        let error = answer(422, body).expect(StatusCode::CREATED).unwrap_err();
        assert_eq!(
            error.to_string(),
            "POST /users answered 422 Unprocessable Entity: Invalid fields: Please check: phone; \
             phone: like 010-1234-5678"
        );
        let error = answer(502, "<html>\n").expect(StatusCode::CREATED).unwrap_err();
        assert_eq!(error.to_string(), "POST /users answered 502 Bad Gateway: <html> ");
    }

    #[test]
    fn another_body_than_agreed_is_shown() {
        let error = answer(200, "{}")
            .read::<Vec<u8>>(StatusCode::OK)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("POST /users answered 200 OK, but not what the contract says"),
            "{error}"
        );
        assert!(error.ends_with(": {}"), "{error}");
    }

    #[test]
    fn a_conflict_is_success_only_after_a_retry() {
        let mut conflict = answer(409, r#"{"type":"/problems/record-exists"}"#);
        assert!(!conflict.was_done_before("record-exists"));
        conflict.retried = true;
        assert!(conflict.was_done_before("record-exists"));
        assert!(!conflict.was_done_before("already-applied"));
    }

    /// An API that gives these answers, one for each connection; an empty one is lost.
    fn scripted(answers: &'static [&'static str]) -> Api {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/api/", listener.local_addr().unwrap());
        thread::spawn(move || {
            for answer in answers {
                let (mut connection, _) = listener.accept().unwrap();
                let mut request = [0; 1024];
                let _ = connection.read(&mut request).unwrap();
                connection.write_all(answer.as_bytes()).unwrap();
            }
        });
        Api::new(&Url::parse(&address).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn what_was_lost_or_too_much_is_sent_again() {
        let api = scripted(&[
            "",
            "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 201 Created\r\nContent-Length: 1\r\nConnection: close\r\n\r\n7",
        ]);
        let step = Step::begin("test", Display::new().bar("test", 1));
        let answer = api.send(&Call::get("/users"), &step).await.unwrap();
        assert_eq!(
            (answer.retried, answer.read::<u8>(StatusCode::CREATED).unwrap()),
            (true, 7)
        );
        let summary = step.end();
        assert_eq!((summary.latencies.count(), summary.retried), (3, 2));
    }

    #[tokio::test]
    async fn a_refusal_is_not_sent_again() {
        let api = scripted(&["HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"]);
        let step = Step::begin("test", Display::new().bar("test", 1));
        let answer = api.send(&Call::get("/users"), &step).await.unwrap();
        assert_eq!((answer.retried, answer.status()), (false, StatusCode::CONFLICT));
    }

    #[test]
    fn waits_grow_within_bounds() {
        for tries in 1..40 {
            let wait = backoff(tries);
            assert!(wait >= FIRST_WAIT / 2 && wait <= LONGEST_WAIT, "{wait:?}");
        }
    }
}
