//! Responses of the API and their problem details.

use super::ApiError;
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

#[derive(Debug)]
pub struct Response {
    /// Method and path.
    pub(super) request: String,
    pub status: StatusCode,
    pub(super) retry_after: Option<Duration>,
    pub(super) body: Vec<u8>,
    /// Whether the request was sent more than once. An earlier attempt may have succeeded and its response been lost.
    pub was_retried: bool,
}

/// Problem details (RFC 9457).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    r#type: String,
    title: String,
    detail: String,
    errors: Vec<FieldError>,
}

#[derive(Debug, Deserialize)]
struct FieldError {
    field: String,
    detail: String,
}

impl Response {
    /// Whether a retry may succeed.
    pub(super) fn is_transient(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }

    /// Whether the problem's `type` is `/problems/<kind>`.
    pub fn is_problem(&self, kind: &str) -> bool {
        self.problem().r#type == format!("/problems/{kind}")
    }

    /// Whether an earlier attempt succeeded and its response was lost, so that a retry got this conflict.
    pub fn is_conflict_with_earlier_attempt(&self, kind: &str) -> bool {
        self.was_retried && self.status == StatusCode::CONFLICT && self.is_problem(kind)
    }

    /// Parses the body, if the status is the expected one.
    pub fn json<T: DeserializeOwned>(&self, expected: StatusCode) -> Result<T, ApiError> {
        self.expect_status(expected)?;
        serde_json::from_slice(&self.body).map_err(|error| ApiError::UnexpectedBody {
            request: self.request.clone(),
            status: self.status,
            reason: error.to_string(),
            body: self.body_excerpt(),
        })
    }

    pub fn expect_status(&self, expected: StatusCode) -> Result<(), ApiError> {
        if self.status == expected {
            Ok(())
        } else {
            Err(self.unexpected_status())
        }
    }

    fn problem(&self) -> Problem {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    fn unexpected_status(&self) -> ApiError {
        let problem = self.problem();
        let fields = problem
            .errors
            .iter()
            .map(|error| format!("; {}: {}", error.field, error.detail));
        let fields = fields.collect::<Vec<_>>().concat();
        let detail = match (problem.title.as_str(), problem.detail.as_str()) {
            ("", "") => self.body_excerpt(),
            (title, detail) => format!("{title}: {detail}{fields}"),
        };
        ApiError::UnexpectedStatus {
            request: self.request.clone(),
            status: self.status,
            detail,
        }
    }

    /// The first 200 characters, on one line.
    fn body_excerpt(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        text.chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(200)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &str) -> Response {
        let status = StatusCode::from_u16(status).unwrap();
        Response {
            request: "POST /users".into(),
            status,
            retry_after: None,
            body: body.into(),
            was_retried: false,
        }
    }

    #[test]
    fn unexpected_status_error_shows_problem_details() {
        let body = r#"{"type":"/problems/invalid-fields","title":"Invalid fields","status":422,
            "detail":"Please check: phone","errors":[{"field":"phone","detail":"like 010-1234-5678"}]}"#;
        let error = response(422, body).expect_status(StatusCode::CREATED).unwrap_err();
        assert_eq!(
            error.to_string(),
            "POST /users returned 422 Unprocessable Entity: Invalid fields: Please check: phone; \
             phone: like 010-1234-5678"
        );
        let error = response(502, "<html>\n")
            .expect_status(StatusCode::CREATED)
            .unwrap_err();
        assert_eq!(error.to_string(), "POST /users returned 502 Bad Gateway: <html> ");
    }

    #[test]
    fn unexpected_body_error_shows_body() {
        let error = response(200, "{}")
            .json::<Vec<u8>>(StatusCode::OK)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("POST /users returned 200 OK with an unexpected body: "),
            "{error}"
        );
        assert!(error.ends_with(": {}"), "{error}");
    }

    #[test]
    fn conflict_counts_as_success_only_after_retry() {
        let mut conflict = response(409, r#"{"type":"/problems/record-exists"}"#);
        assert!(!conflict.is_conflict_with_earlier_attempt("record-exists"));
        conflict.was_retried = true;
        assert!(conflict.is_conflict_with_earlier_attempt("record-exists"));
        assert!(!conflict.is_conflict_with_earlier_attempt("already-applied"));
    }
}
