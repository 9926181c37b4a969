//! Responses.

use super::cursor::Cursors;
use crate::auth::token::Caller;
use lambda_http::Body;
use lambda_http::http::{HeaderValue, StatusCode, header};
use serde::Serialize;

pub type Response = lambda_http::Response<Body>;

/// One page of a list.
#[derive(Debug, Serialize)]
pub struct List<T> {
    pub items: Vec<T>,
    /// None on the last page.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A page of the list named by `scope`; the next page starts at `next`.
    pub fn new(
        cursors: &Cursors,
        scope: &str,
        items: Vec<T>,
        next: Option<impl Serialize>,
    ) -> Result<Self, serde_json::Error> {
        let next_cursor = next.map(|position| cursors.encode(scope, &position)).transpose()?;
        Ok(Self { items, next_cursor })
    }
}

/// 200 with a page of the list named by `scope`; the next page starts at `next`.
pub fn list<T: Serialize>(
    cursors: &Cursors,
    scope: &str,
    items: Vec<T>,
    next: Option<impl Serialize>,
) -> Result<Response, serde_json::Error> {
    List::new(cursors, scope, items, next).map(|list| ok(&list))
}

/// 200 with a body.
pub fn ok(body: &impl Serialize) -> Response {
    json(StatusCode::OK, body)
}

/// 202 with a body.
pub fn accepted(body: &impl Serialize) -> Response {
    json(StatusCode::ACCEPTED, body)
}

/// 201 with a body, and a Location of `path` below the API's stage.
pub fn created(path: &str, body: &impl Serialize) -> Response {
    let mut response = json(StatusCode::CREATED, body);
    if let Ok(location) = HeaderValue::from_str(&format!("/api{path}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Adds the ETag of a revision (RFC 9110, section 8.8.3).
#[must_use]
pub fn with_etag(mut response: Response, revision: u32) -> Response {
    if let Ok(etag) = HeaderValue::from_str(&etag(revision)) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

#[must_use]
pub fn etag(revision: u32) -> String {
    format!("\"{revision}\"")
}

/// Lets caches keep the response for 5 s, so that many spectators cause one request. Only for responses that are the same
/// for everybody.
#[must_use]
pub fn public_cache(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=5"));
    response
}

/// [`public_cache`] for requests without a token: `me` in the path makes a response personal.
#[must_use]
pub fn public_cache_if_anonymous(response: Response, caller: Option<&Caller>) -> Response {
    if caller.is_none() {
        public_cache(response)
    } else {
        response
    }
}

#[must_use]
pub fn no_content() -> Response {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_string(body) {
        Ok(text) => {
            let mut response = Response::new(Body::Text(text));
            *response.status_mut() = status;
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        Err(error) => {
            // Only a map with keys other than strings fails, and no view has one.
            tracing::error!(error = %error, "response cannot be serialized");
            let mut response = Response::new(Body::Empty);
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}
