//! Error responses as problem details (RFC 9457).

use super::invalid;
use super::respond::{self, Response};
use super::text::{Language, LocalizedText};
use crate::domain::field::FieldErrors;
use lambda_http::http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use std::error::Error;

/// Why a request failed. Causes are logged, never sent.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// 400: the request cannot be parsed.
    #[error("malformed request: {}", .0.in_language(Language::English))]
    Malformed(LocalizedText),
    /// 422
    #[error("rejected fields: {0}")]
    Fields(#[from] FieldErrors),
    /// 401
    #[error("unauthorized: {}", .0.in_language(Language::English))]
    Unauthorized(LocalizedText),
    /// 403
    #[error("forbidden: {}", .0.in_language(Language::English))]
    Forbidden(LocalizedText),
    /// 404
    #[error("not found: {}", .0.in_language(Language::English))]
    NotFound(LocalizedText),
    /// 409, with the kind of conflict for `type`.
    #[error("conflict: {0}")]
    Conflict(&'static str, LocalizedText),
    /// 412
    #[error("precondition failed")]
    PreconditionFailed,
    /// 429: too many failed logins; retry after this many seconds.
    #[error("too many attempts")]
    TooManyAttempts(u64),
    /// 503: too many concurrent changes of the same items; a retry succeeds.
    #[error("too busy")]
    Busy,
    /// 503: a store cannot be reached for the moment.
    #[error("unavailable: {cause}")]
    Unavailable {
        #[source]
        cause: Box<dyn Error + Send + Sync>,
        /// Seconds until a retry can succeed.
        retry_after_s: u64,
    },
    /// 500
    #[error("internal error: {0}")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

#[derive(Serialize)]
struct Details<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldDetails<'a>>,
}

#[derive(Serialize)]
struct FieldDetails<'a> {
    field: &'a str,
    detail: String,
}

impl Problem {
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Fields(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(..) => StatusCode::CONFLICT,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::TooManyAttempts(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The last part of `type`, and the title.
    const fn kind(&self) -> (&'static str, LocalizedText) {
        match self {
            Self::Malformed(_) => (
                "malformed",
                LocalizedText::fixed("요청을 읽을 수 없습니다", "Malformed request"),
            ),
            Self::Fields(_) => (
                "invalid-fields",
                LocalizedText::fixed("입력값이 올바르지 않습니다", "Invalid fields"),
            ),
            Self::Unauthorized(_) => (
                "unauthorized",
                LocalizedText::fixed("인증이 필요합니다", "Unauthorized"),
            ),
            Self::Forbidden(_) => ("forbidden", LocalizedText::fixed("권한이 없습니다", "Forbidden")),
            Self::NotFound(_) => ("not-found", LocalizedText::fixed("찾을 수 없습니다", "Not found")),
            Self::Conflict(kind, _) => (kind, LocalizedText::fixed("요청이 현재 상태와 충돌합니다", "Conflict")),
            Self::PreconditionFailed => (
                "precondition-failed",
                LocalizedText::fixed("그사이 변경되었습니다", "Changed in the meantime"),
            ),
            Self::TooManyAttempts(_) => (
                "too-many-attempts",
                LocalizedText::fixed("시도가 너무 많습니다", "Too many attempts"),
            ),
            Self::Busy => ("busy", LocalizedText::fixed("잠시 후 다시 시도하세요", "Busy")),
            Self::Unavailable { .. } => (
                "unavailable",
                LocalizedText::fixed("잠시 사용할 수 없습니다", "Unavailable"),
            ),
            Self::Internal(_) => ("internal", LocalizedText::fixed("서버 오류", "Internal error")),
        }
    }

    fn detail(&self) -> LocalizedText {
        match self {
            Self::Malformed(text)
            | Self::Unauthorized(text)
            | Self::Forbidden(text)
            | Self::NotFound(text)
            | Self::Conflict(_, text) => text.clone(),
            Self::Fields(FieldErrors(errors)) => {
                let names = errors
                    .iter()
                    .map(|error| error.field.as_str())
                    .collect::<Vec<_>>()
                    .join(", ");
                LocalizedText::new(format!("확인이 필요한 항목: {names}"), format!("Please check: {names}"))
            }
            Self::PreconditionFailed => LocalizedText::fixed(
                "그사이 다른 곳에서 변경되었습니다. 다시 읽은 뒤 변경하세요.",
                "It has been changed elsewhere in the meantime. Read it again, then change it.",
            ),
            Self::TooManyAttempts(seconds) => LocalizedText::new(
                format!("로그인 실패가 너무 많습니다. {seconds}초 뒤에 다시 시도하세요."),
                format!("Too many failed logins. Please try again in {seconds} s."),
            ),
            Self::Busy => LocalizedText::fixed(
                "요청이 한꺼번에 몰렸습니다. 저장된 것은 없으니 다시 시도하세요.",
                "Too many did this at once. Nothing was stored; please try again.",
            ),
            Self::Unavailable { retry_after_s, .. } => LocalizedText::new(
                format!("데이터베이스를 준비하고 있습니다. {retry_after_s}초 뒤에 다시 시도하세요."),
                format!("The database is not ready yet. Please try again in {retry_after_s} s."),
            ),
            Self::Internal(_) => LocalizedText::fixed(
                "요청을 처리하지 못했습니다. 잠시 후 다시 시도하세요.",
                "The request could not be carried out. Please try again later.",
            ),
        }
    }

    #[must_use]
    pub fn respond(&self, language: Language) -> Response {
        let errors = match self {
            Self::Fields(FieldErrors(errors)) => errors.as_slice(),
            _ => &[],
        };
        let (kind, title) = self.kind();
        let detail = self.detail();
        let details = Details {
            r#type: format!("/problems/{kind}"),
            title: title.in_language(language),
            status: self.status().as_u16(),
            detail: detail.in_language(language),
            errors: errors
                .iter()
                .map(|error| FieldDetails {
                    field: &error.field,
                    detail: invalid::text(&error.reason).in_language(language).to_owned(),
                })
                .collect(),
        };
        let mut response = respond::json(self.status(), &details);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        match self {
            Self::Unauthorized(_) => {
                headers.insert(
                    header::WWW_AUTHENTICATE,
                    HeaderValue::from_static(r#"Bearer realm="mrmrthon""#),
                );
            }
            Self::Busy => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Self::TooManyAttempts(seconds)
            | Self::Unavailable {
                retry_after_s: seconds, ..
            } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            _ => {}
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::Invalid;

    fn body(problem: &Problem, language: Language) -> serde_json::Value {
        serde_json::from_slice(problem.respond(language).body()).unwrap()
    }

    #[test]
    fn names_invalid_fields() {
        let problem = Problem::from(FieldErrors::one("name", Invalid::Required));
        insta::assert_json_snapshot!(body(&problem, Language::English), @r#"
        {
          "detail": "Please check: name",
          "errors": [
            {
              "detail": "is required",
              "field": "name"
            }
          ],
          "status": 422,
          "title": "Invalid fields",
          "type": "/problems/invalid-fields"
        }
        "#);
    }

    #[test]
    fn defaults_to_korean() {
        let problem = Problem::NotFound(LocalizedText::fixed("없는 대회입니다.", "No such race."));
        assert_eq!(body(&problem, Language::default())["detail"], "없는 대회입니다.");
    }

    #[test]
    fn hides_the_internal_cause() {
        let problem = Problem::internal("password=hunter2");
        assert!(!body(&problem, Language::English).to_string().contains("hunter2"));
    }

    #[test]
    fn sends_www_authenticate_with_401() {
        let problem = Problem::Unauthorized(LocalizedText::fixed("", ""));
        assert!(
            problem
                .respond(Language::Korean)
                .headers()
                .contains_key(header::WWW_AUTHENTICATE)
        );
    }
}
