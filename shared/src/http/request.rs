//! Reading a request.

use super::cursor::Cursors;
use super::problem::Problem;
use super::respond;
use crate::auth::token::{Caller, TokenVerifier};
use crate::domain::field::{FieldErrors, Fields, Invalid};
use crate::domain::id::UserId;
use crate::domain::user::UserType;
use crate::text::{Language, Text};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lambda_http::http::{Method, header};
use lambda_http::{Body, RequestExt};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::str::FromStr;
use time::OffsetDateTime;

/// How many rows a page has unless asked for, and at most.
const ROWS: (u32, u32) = (50, 500);

/// A request, with the instant at which it came in.
#[derive(Debug)]
pub struct Request {
    inner: lambda_http::Request,
    /// When it came in.
    pub received_at: OffsetDateTime,
}

/// Which page of a list is asked for.
#[derive(Debug)]
pub struct Page<P> {
    /// How many rows, 1 to 500.
    pub limit: u32,
    /// Where it begins; at the top if none.
    pub after: Option<P>,
}

impl Request {
    /// A request that came in at `received_at`.
    #[must_use]
    pub const fn new(inner: lambda_http::Request, received_at: OffsetDateTime) -> Self {
        Self { inner, received_at }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        self.inner.method()
    }

    /// The language to answer in.
    #[must_use]
    pub fn language(&self) -> Language {
        Language::preferred(self.header(header::ACCEPT_LANGUAGE).unwrap_or_default())
    }

    /// The codings that the client accepts for the answer.
    #[must_use]
    pub fn accept_encoding(&self) -> &str {
        self.header(header::ACCEPT_ENCODING).unwrap_or_default()
    }

    fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.inner.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// A parameter of the path.
    ///
    /// # Errors
    /// [`Problem::Fields`] that names it.
    pub fn path<T: FromStr<Err = Invalid>>(&self, name: &str) -> Result<T, Problem> {
        let parameters = self.inner.path_parameters();
        let text = parameters
            .first(name)
            .ok_or_else(|| FieldErrors::one(name, Invalid::Required))?;
        text.parse().map_err(|reason| FieldErrors::one(name, reason).into())
    }

    /// The user that the path is about; `me` is the caller.
    ///
    /// # Errors
    /// [`Problem::Fields`] for anything else than a user id, [`Problem::Unauthorized`] for `me` without a token.
    pub fn path_user(&self, caller: Option<&Caller>) -> Result<UserId, Problem> {
        if self.inner.path_parameters().first("user_id") == Some("me") {
            return caller.map(|caller| caller.user_id).ok_or_else(token_needed);
        }
        self.path("user_id")
    }

    /// The user that the path is about, who must be the caller.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for another user, and those of [`Self::path_user`].
    pub fn path_self(&self, caller: &Caller) -> Result<UserId, Problem> {
        let user_id = self.path_user(Some(caller))?;
        if user_id == caller.user_id {
            Ok(user_id)
        } else {
            Err(Problem::Forbidden(SELF_ONLY))
        }
    }

    /// The body, read as JSON.
    ///
    /// # Errors
    /// [`Problem::Malformed`] when it is not a JSON object, [`Problem::Fields`] when a field is unknown or of a wrong
    /// type.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let bytes: &[u8] = match self.inner.body() {
            Body::Text(text) => text.as_bytes(),
            Body::Binary(bytes) => bytes,
            _ => &[],
        };
        let object: Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| {
            Problem::Malformed(Text::new(
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

    /// Like [`Self::body`], with an empty body read as an object without fields.
    ///
    /// # Errors
    /// Those of [`Self::body`].
    pub fn body_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, Problem> {
        match self.inner.body() {
            Body::Text(text) if !text.is_empty() => self.body(),
            Body::Binary(bytes) if !bytes.is_empty() => self.body(),
            _ => Ok(T::default()),
        }
    }

    /// The filters in the query: all but `limit` and `cursor`, which [`Self::page`] reads.
    ///
    /// # Errors
    /// [`Problem::Fields`] when one is unknown.
    pub fn filters<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let query = self.inner.query_string_parameters();
        let filters = query.iter().filter(|(name, _)| !matches!(*name, "limit" | "cursor"));
        read_fields(
            filters
                .map(|(name, value)| (name.to_owned(), Value::from(value)))
                .collect(),
        )
    }

    /// Makes sure that the query asks for no filter, where a list has none.
    ///
    /// # Errors
    /// [`Problem::Fields`] when it does.
    pub fn no_filters(&self) -> Result<(), Problem> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct NoFilters {}
        self.filters().map(|NoFilters {}| ())
    }

    /// The page that the query asks for, of the list named by `scope`.
    ///
    /// # Errors
    /// [`Problem::Fields`] for a bad `limit`, or a `cursor` that this list did not hand out.
    pub fn page<P: DeserializeOwned>(&self, cursors: &Cursors, scope: &str) -> Result<Page<P>, Problem> {
        let query = self.inner.query_string_parameters();
        let (usual, most) = ROWS;
        let mut fields = Fields::default();
        let limit = fields.optional("limit", query.first("limit"), |text| match text.parse() {
            Ok(limit) if (1..=most).contains(&limit) => Ok(limit),
            _ => Err(Invalid::Range {
                min: 1,
                max: most.into(),
            }),
        });
        let after = fields.optional("cursor", query.first("cursor"), |cursor| cursors.open(scope, cursor));
        fields.finish(())?;
        Ok(Page {
            limit: limit.unwrap_or(usual),
            after,
        })
    }

    /// Makes sure that the caller, who may say so with `If-Match` (RFC 9110, section 13.1.1), has seen this revision.
    ///
    /// # Errors
    /// [`Problem::PreconditionFailed`] when it is another.
    pub fn if_match(&self, revision: u32) -> Result<(), Problem> {
        let etag = respond::etag(revision);
        let matches = |expected: &str| expected.split(',').map(str::trim).any(|tag| tag == "*" || tag == etag);
        match self.header(header::IF_MATCH) {
            Some(expected) if !matches(expected) => Err(Problem::PreconditionFailed),
            _ => Ok(()),
        }
    }

    /// A header that must be sent; one that is not text counts as missing.
    ///
    /// # Errors
    /// [`Problem::Fields`] that names it.
    pub fn required_header(&self, name: &'static str) -> Result<&str, Problem> {
        let value = self.header(header::HeaderName::from_static(name));
        value.ok_or_else(|| FieldErrors::one(name, Invalid::Required).into())
    }

    /// Who is asking.
    ///
    /// # Errors
    /// [`Problem::Unauthorized`] without a valid token.
    pub fn caller(&self, tokens: &TokenVerifier) -> Result<Caller, Problem> {
        self.caller_if_any(tokens)?.ok_or_else(token_needed)
    }

    /// Who is asking, if somebody who says so.
    ///
    /// # Errors
    /// [`Problem::Unauthorized`] for a token that is there but not valid.
    pub fn caller_if_any(&self, tokens: &TokenVerifier) -> Result<Option<Caller>, Problem> {
        if !self.inner.headers().contains_key(header::AUTHORIZATION) {
            return Ok(None);
        }
        let token = self.credentials("Bearer").ok_or_else(token_needed)?;
        tokens.verify(token).map(Some).map_err(|_| {
            Problem::Unauthorized(Text::fixed(
                "토큰이 유효하지 않거나 만료되었습니다. 다시 로그인하세요.",
                "The token is not valid or has expired. Please log in again.",
            ))
        })
    }

    /// The organizer who is asking.
    ///
    /// # Errors
    /// [`Problem::Unauthorized`] without a valid token, [`Problem::Forbidden`] for a runner.
    pub fn organizer(&self, tokens: &TokenVerifier) -> Result<Caller, Problem> {
        self.caller_who_is(tokens, UserType::Organizer, &ORGANIZERS_ONLY)
    }

    /// The runner who is asking.
    ///
    /// # Errors
    /// [`Problem::Unauthorized`] without a valid token, [`Problem::Forbidden`] for an organizer.
    pub fn runner(&self, tokens: &TokenVerifier) -> Result<Caller, Problem> {
        self.caller_who_is(tokens, UserType::Personal, &RUNNERS_ONLY)
    }

    fn caller_who_is(&self, tokens: &TokenVerifier, user_type: UserType, only: &Text) -> Result<Caller, Problem> {
        let caller = self.caller(tokens)?;
        if caller.user_type == user_type {
            Ok(caller)
        } else {
            Err(Problem::Forbidden(only.clone()))
        }
    }

    /// The name and password of HTTP Basic authentication (RFC 7617, UTF-8), if they were sent.
    #[must_use]
    pub fn basic_credentials(&self) -> Option<(String, String)> {
        let decoded = BASE64_STANDARD.decode(self.credentials("Basic")?).ok()?;
        let (name, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
        Some((name.to_owned(), password.to_owned()))
    }

    /// What follows the scheme in the Authorization header; schemes have no case (RFC 9110, section 11.1).
    fn credentials(&self, scheme: &str) -> Option<&str> {
        let (found, credentials) = self.header(header::AUTHORIZATION)?.split_once(' ')?;
        found.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
    }
}

const ORGANIZERS_ONLY: Text = Text::fixed("주최자만 할 수 있습니다.", "Only organizers can do this.");
const SELF_ONLY: Text = Text::fixed("본인만 할 수 있습니다.", "Only the user can do this.");
const RUNNERS_ONLY: Text = Text::fixed("개인 사용자만 할 수 있습니다.", "Only runners can do this.");

fn token_needed() -> Problem {
    Problem::Unauthorized(Text::fixed("로그인이 필요합니다.", "Please log in."))
}

/// The fields of a body or a query; the first that is unknown or of a wrong type is named by its path.
fn read_fields<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Problem> {
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| {
        let path = error.path().to_string();
        let message = error.inner().to_string();
        // For an unknown field the path ends at the object that holds it; the message names it between backquotes.
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
    use crate::domain::official_record::NewOfficialRecord;
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

    fn refused(body: &str) -> String {
        match with_body(body).body::<NewOfficialRecord>() {
            Err(Problem::Fields(FieldErrors(errors))) => format!("{}: {:?}", errors[0].field, errors[0].reason),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn unknown_fields_and_wrong_types_are_named_by_their_path() {
        assert_eq!(refused(r#"{"bibb": "1"}"#), "bibb: Unknown");
        assert_eq!(
            refused(r#"{"splits": [{"time": "0:20:00", "metres": 1}]}"#),
            "splits[0].metres: Unknown"
        );
        assert!(refused(r#"{"bib": 7}"#).starts_with("bib: Type"));
        assert!(refused(r#"{"user_id": 1e400}"#).starts_with("Err(Malformed"));
        assert!(refused(r#"{"user_id": 18446744073709551616}"#).starts_with("user_id: Type"));
        assert!(refused(r#"{"splits": [{"distance_m": "far"}]}"#).starts_with("splits[0].distance_m: Type"));
    }

    #[test]
    fn what_is_not_a_json_object_is_malformed() {
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
                matches!(with_body(body).body::<NewOfficialRecord>(), Err(Problem::Malformed(_))),
                "{body:?}"
            );
        }
        let deep = format!("{{\"splits\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(matches!(
            with_body(&deep).body::<NewOfficialRecord>(),
            Err(Problem::Malformed(_))
        ));
    }

    #[test]
    fn a_page_is_bounded_and_its_cursor_sealed() {
        let cursors = Cursors::new(b"secret");
        let cursor = cursors.seal("list", &7_u64).unwrap();
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
    fn basic_credentials_are_decoded() {
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
    fn a_header_that_is_no_bearer_token_is_not_a_missing_one() {
        let tokens = TokenVerifier::new(&[[1; 64]]);
        assert!(matches!(
            with_header("Bearer x").caller_if_any(&tokens),
            Err(Problem::Unauthorized(_))
        ));
        assert!(matches!(
            with_header("Basic eDp5").caller_if_any(&tokens),
            Err(Problem::Unauthorized(_))
        ));
        assert!(matches!(with_query(&[]).caller_if_any(&tokens), Ok(None)));
    }
}
