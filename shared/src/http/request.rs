//! Requests: parameters, bodies, tokens.

use super::cursor::Cursors;
use super::problem::Problem;
use super::respond;
use super::text::{Language, LocalizedText};
use crate::auth::token::{Caller, TokenVerifier};
use crate::domain::field::{FieldErrors, Fields, Invalid};
use crate::domain::id::UserId;
use crate::domain::user::UserType;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lambda_http::http::{Method, header};
use lambda_http::{Body, RequestExt};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::str::FromStr;
use time::OffsetDateTime;

/// Rows of a page.
const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 500;

#[derive(Debug)]
pub struct Request {
    inner: lambda_http::Request,
    pub received_at: OffsetDateTime,
}

/// The requested page of a list.
#[derive(Debug)]
pub struct Page<P> {
    /// The most rows, 1 to 500.
    pub limit: u32,
    /// The position of the last row of the page before; none for the first page.
    pub after: Option<P>,
}

impl Request {
    #[must_use]
    pub const fn new(inner: lambda_http::Request, received_at: OffsetDateTime) -> Self {
        Self { inner, received_at }
    }

    #[must_use]
    pub fn method(&self) -> &Method {
        self.inner.method()
    }

    /// The language of the response.
    #[must_use]
    pub fn language(&self) -> Language {
        Language::preferred(self.header(header::ACCEPT_LANGUAGE).unwrap_or_default())
    }

    #[must_use]
    pub fn accept_encoding(&self) -> &str {
        self.header(header::ACCEPT_ENCODING).unwrap_or_default()
    }

    fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.inner.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// A path parameter.
    pub fn path<T: FromStr<Err = Invalid>>(&self, name: &str) -> Result<T, Problem> {
        let parameters = self.inner.path_parameters();
        let text = parameters
            .first(name)
            .ok_or_else(|| FieldErrors::one(name, Invalid::Required))?;
        text.parse().map_err(|reason| FieldErrors::one(name, reason).into())
    }

    /// The `user_id` in the path; `me` is the caller, and 401 without one.
    pub fn path_user(&self, caller: Option<&Caller>) -> Result<UserId, Problem> {
        if self.inner.path_parameters().first("user_id") == Some("me") {
            return caller.map(|caller| caller.user_id).ok_or_else(token_required);
        }
        self.path("user_id")
    }

    /// The `user_id` in the path, which must be the caller's; 403 for another.
    pub fn path_self(&self, caller: &Caller) -> Result<UserId, Problem> {
        let user_id = self.path_user(Some(caller))?;
        if user_id == caller.user_id {
            Ok(user_id)
        } else {
            Err(Problem::Forbidden(SELF_ONLY))
        }
    }

    /// Parses the JSON body: 400 if it is not a JSON object, 422 if a field is unknown or has the wrong type.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let bytes: &[u8] = match self.inner.body() {
            Body::Text(text) => text.as_bytes(),
            Body::Binary(bytes) => bytes,
            _ => &[],
        };
        let object: Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| {
            Problem::Malformed(LocalizedText::new(
                format!("본문은 JSON 객체여야 합니다 ({}행 {}열).", error.line(), error.column()),
                format!(
                    "The body must be a JSON object (line {}, column {}).",
                    error.line(),
                    error.column()
                ),
            ))
        })?;
        read_fields(object)
    }

    /// Like [`Self::body`], but an empty body counts as `{}`.
    pub fn body_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, Problem> {
        match self.inner.body() {
            Body::Text(text) if !text.is_empty() => self.body(),
            Body::Binary(bytes) if !bytes.is_empty() => self.body(),
            _ => Ok(T::default()),
        }
    }

    /// Parses the query parameters except `limit` and `cursor`, which [`Self::page`] reads.
    pub fn filters<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let query = self.inner.query_string_parameters();
        let filters = query.iter().filter(|(name, _)| !matches!(*name, "limit" | "cursor"));
        read_fields(
            filters
                .map(|(name, value)| (name.to_owned(), Value::from(value)))
                .collect(),
        )
    }

    /// Rejects every query parameter except `limit` and `cursor`, for lists without filters.
    pub fn reject_filters(&self) -> Result<(), Problem> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct NoFilters {}
        self.filters().map(|NoFilters {}| ())
    }

    /// The requested page of the list named by `scope`, which its cursors are bound to.
    pub fn page<P: DeserializeOwned>(&self, cursors: &Cursors, scope: &str) -> Result<Page<P>, Problem> {
        let query = self.inner.query_string_parameters();
        let mut fields = Fields::default();
        let limit = fields.optional("limit", query.first("limit"), |text| match text.parse() {
            Ok(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
            _ => Err(Invalid::Range {
                min: 1,
                max: MAX_LIMIT.into(),
            }),
        });
        let after = fields.optional("cursor", query.first("cursor"), |cursor| cursors.decode(scope, cursor));
        fields.finish(())?;
        Ok(Page {
            limit: limit.unwrap_or(DEFAULT_LIMIT),
            after,
        })
    }

    /// Checks `If-Match` against the stored revision (RFC 9110, section 13.1.1); 412 for another one.
    pub fn if_match(&self, revision: u32) -> Result<(), Problem> {
        let etag = respond::etag(revision);
        let matches = |expected: &str| expected.split(',').map(str::trim).any(|tag| tag == "*" || tag == etag);
        match self.header(header::IF_MATCH) {
            Some(expected) if !matches(expected) => Err(Problem::PreconditionFailed),
            _ => Ok(()),
        }
    }

    /// A required header; a value that is not text counts as missing.
    pub fn required_header(&self, name: &'static str) -> Result<&str, Problem> {
        let value = self.header(header::HeaderName::from_static(name));
        value.ok_or_else(|| FieldErrors::one(name, Invalid::Required).into())
    }

    /// The caller according to the token; 401 without a valid one.
    pub fn caller(&self, tokens: &TokenVerifier) -> Result<Caller, Problem> {
        self.optional_caller(tokens)?.ok_or_else(token_required)
    }

    /// The caller, if there is a token; 401 if it is invalid.
    pub fn optional_caller(&self, tokens: &TokenVerifier) -> Result<Option<Caller>, Problem> {
        if !self.inner.headers().contains_key(header::AUTHORIZATION) {
            return Ok(None);
        }
        let token = self.credentials("Bearer").ok_or_else(token_required)?;
        tokens.verify(token).map(Some).map_err(|_| {
            Problem::Unauthorized(LocalizedText::fixed(
                "토큰이 유효하지 않거나 만료되었습니다. 다시 로그인하세요.",
                "The token is not valid or has expired. Please log in again.",
            ))
        })
    }

    /// The caller, who must be an organizer; 403 for a runner.
    pub fn organizer(&self, tokens: &TokenVerifier) -> Result<Caller, Problem> {
        self.caller_of_type(tokens, UserType::Organizer, &ORGANIZERS_ONLY)
    }

    /// The caller, who must be a runner; 403 for an organizer.
    pub fn runner(&self, tokens: &TokenVerifier) -> Result<Caller, Problem> {
        self.caller_of_type(tokens, UserType::Personal, &RUNNERS_ONLY)
    }

    fn caller_of_type(
        &self,
        tokens: &TokenVerifier,
        user_type: UserType,
        detail: &LocalizedText,
    ) -> Result<Caller, Problem> {
        let caller = self.caller(tokens)?;
        if caller.user_type == user_type {
            Ok(caller)
        } else {
            Err(Problem::Forbidden(detail.clone()))
        }
    }

    /// The name and password of HTTP Basic authentication (RFC 7617, UTF-8).
    #[must_use]
    pub fn basic_credentials(&self) -> Option<(String, String)> {
        let decoded = BASE64_STANDARD.decode(self.credentials("Basic")?).ok()?;
        let (name, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
        Some((name.to_owned(), password.to_owned()))
    }

    /// The Authorization header after the scheme, which is case-insensitive (RFC 9110, section 11.1).
    fn credentials(&self, scheme: &str) -> Option<&str> {
        let (found, credentials) = self.header(header::AUTHORIZATION)?.split_once(' ')?;
        found.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
    }
}

const ORGANIZERS_ONLY: LocalizedText = LocalizedText::fixed("주최자만 할 수 있습니다.", "Only organizers can do this.");
const SELF_ONLY: LocalizedText = LocalizedText::fixed("본인만 할 수 있습니다.", "Only the user can do this.");
const RUNNERS_ONLY: LocalizedText = LocalizedText::fixed("개인 사용자만 할 수 있습니다.", "Only runners can do this.");

fn token_required() -> Problem {
    Problem::Unauthorized(LocalizedText::fixed("로그인이 필요합니다.", "Please log in."))
}

/// Deserializes a body or a query; the error names the first unknown or mistyped field by its path.
fn read_fields<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Problem> {
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| {
        let path = error.path().to_string();
        let message = error.inner().to_string();
        // For an unknown field, serde's path ends at the containing object; the message has the name in backquotes.
        let unknown = message
            .strip_prefix("unknown field `")
            .and_then(|rest| rest.split_once('`'));
        let error = match unknown {
            Some((name, _)) if path == "." || path == name => FieldErrors::one(name, Invalid::Unknown),
            Some((name, _)) if path.ends_with(name) => FieldErrors::one(path, Invalid::Unknown),
            Some((name, _)) => FieldErrors::one(format!("{path}.{name}"), Invalid::Unknown),
            None => FieldErrors::one(path, Invalid::Type(message)),
        };
        error.into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::official_record::OfficialRecordInput;
    use lambda_http::http;
    use std::collections::HashMap;

    fn with_body(body: &str) -> Request {
        let inner = http::Request::builder().body(Body::Text(body.to_owned())).unwrap();
        Request::new(inner, OffsetDateTime::UNIX_EPOCH)
    }

    fn with_query(query: &[(&str, &str)]) -> Request {
        let query: HashMap<String, Vec<String>> = query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]))
            .collect();
        let inner = http::Request::builder()
            .body(Body::Empty)
            .unwrap()
            .with_query_string_parameters(query);
        Request::new(inner, OffsetDateTime::UNIX_EPOCH)
    }

    fn with_header(value: &str) -> Request {
        let inner = http::Request::builder()
            .header("authorization", value)
            .body(Body::Empty)
            .unwrap();
        Request::new(inner, OffsetDateTime::UNIX_EPOCH)
    }

    fn rejected(body: &str) -> String {
        match with_body(body).body::<OfficialRecordInput>() {
            Err(Problem::Fields(FieldErrors(errors))) => format!("{}: {:?}", errors[0].field, errors[0].reason),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn names_unknown_and_mistyped_fields_by_path() {
        assert_eq!(rejected(r#"{"bibb": "1"}"#), "bibb: Unknown");
        assert_eq!(
            rejected(r#"{"splits": [{"time": "0:20:00", "metres": 1}]}"#),
            "splits[0].metres: Unknown"
        );
        assert!(rejected(r#"{"bib": 7}"#).starts_with("bib: Type"));
        assert!(rejected(r#"{"user_id": 1e400}"#).starts_with("Err(Malformed"));
        assert!(rejected(r#"{"user_id": 18446744073709551616}"#).starts_with("user_id: Type"));
        assert!(rejected(r#"{"splits": [{"distance_m": "far"}]}"#).starts_with("splits[0].distance_m: Type"));
    }

    #[test]
    fn rejects_a_body_that_is_not_a_json_object() {
        for body in [
            "",
            "{",
            "[]",
            "null",
            "7",
            "\"text\"",
            "{\"bib\": \"\u{1}\"}",
            "{\"a\":1}}",
        ] {
            assert!(
                matches!(
                    with_body(body).body::<OfficialRecordInput>(),
                    Err(Problem::Malformed(_))
                ),
                "{body:?}"
            );
        }
        let deep = format!("{{\"splits\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(matches!(
            with_body(&deep).body::<OfficialRecordInput>(),
            Err(Problem::Malformed(_))
        ));
    }

    #[test]
    fn checks_the_limit_and_cursor_of_a_page() {
        let cursors = Cursors::new(b"secret");
        let cursor = cursors.encode("list", &7_u64).unwrap();
        let page: Page<u64> = with_query(&[("limit", "500"), ("cursor", &cursor)])
            .page(&cursors, "list")
            .unwrap();
        assert_eq!((page.limit, page.after), (500, Some(7)));
        for query in [
            ("limit", "0"),
            ("limit", "501"),
            ("limit", "-1"),
            ("limit", "ten"),
            ("cursor", "abc"),
        ] {
            let problem = with_query(&[query]).page::<u64>(&cursors, "list").unwrap_err();
            assert!(matches!(problem, Problem::Fields(FieldErrors(errors)) if errors[0].field == query.0));
        }
    }

    #[test]
    fn decodes_basic_credentials() {
        let both = |value: &str| with_header(value).basic_credentials();
        let encoded = BASE64_STANDARD.encode("runner:비밀:번호");
        assert_eq!(
            both(&format!("basic {encoded}")),
            Some(("runner".into(), "비밀:번호".into()))
        );
        for bad in ["", "Basic", "Basic !", "Bearer abc", "Basic bm9jb2xvbg=="] {
            assert_eq!(both(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn rejects_another_authorization_than_a_bearer_token() {
        let tokens = TokenVerifier::new(&[[1; 64]]);
        assert!(matches!(
            with_header("Bearer x").optional_caller(&tokens),
            Err(Problem::Unauthorized(_))
        ));
        assert!(matches!(
            with_header("Basic eDp5").optional_caller(&tokens),
            Err(Problem::Unauthorized(_))
        ));
        assert!(matches!(with_query(&[]).optional_caller(&tokens), Ok(None)));
    }
}
