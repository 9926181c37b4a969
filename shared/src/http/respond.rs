//! Answers.

use super::cursor::Cursors;
use crate::auth::token::Caller;
use lambda_http::Body;
use lambda_http::http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// An answer.
pub type Response = lambda_http::Response<Body>;

/// One page of a list.
#[derive(Debug, Serialize)]
pub struct List<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Where the next page begins; none after the last.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A page of the list named by `scope`, before `next`.
    ///
    /// # Errors
    /// Those of serde when the cursor cannot be written; none is known to occur.
    pub fn new(
        cursors: &Cursors,
        scope: &str,
        items: Vec<T>,
        next: Option<impl Serialize>,
    ) -> Result<Self, serde_json::Error> {
        let next_cursor = next.map(|position| cursors.seal(scope, &position)).transpose()?;
        Ok(Self { items, next_cursor })
    }
}

/// 200 with a page of the list named by `scope`, before `next`.
///
/// # Errors
/// Those of [`List::new`].
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

/// 202 with a body: what was asked for will be done.
pub fn accepted(body: &impl Serialize) -> Response {
    json(StatusCode::ACCEPTED, body)
}

/// 201 with a body and the address of what was made, below the stage.
pub fn created(path: &str, body: &impl Serialize) -> Response {
    let mut response = json(StatusCode::CREATED, body);
    if let Ok(location) = HeaderValue::from_str(&format!("/api{path}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// An answer with the ETag of what can be changed: its revision (RFC 9110, section 8.8.3).
#[must_use]
pub fn with_etag(mut response: Response, revision: u32) -> Response {
    if let Ok(etag) = HeaderValue::from_str(&etag(revision)) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

/// The ETag of a revision.
#[must_use]
pub fn etag(revision: u32) -> String {
    format!("\"{revision}\"")
}

/// An answer that is the same for everybody and may be kept for some seconds, so that a crowd asks for it once.
#[must_use]
pub fn shared_by_all(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=5"));
    response
}

/// [`shared_by_all`], unless the caller is known: what "me" is answered is not for the next one who asks.
#[must_use]
pub fn shared_unless_personal(response: Response, caller: Option<&Caller>) -> Response {
    if caller.is_none() {
        shared_by_all(response)
    } else {
        response
    }
}

/// 204.
#[must_use]
pub fn no_content() -> Response {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// A status with a JSON body.
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
            // Only a map with keys that are not text can do this, and no answer has one.
            tracing::error!(error = %error, "an answer could not be serialized");
            let mut response = Response::new(Body::Empty);
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}
