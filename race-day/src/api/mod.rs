//! A client of the public API.

mod client;
mod pagination;
mod response;

pub use client::{ApiClient, Request};
pub use pagination::PageReader;
pub use response::Response;

use reqwest::StatusCode;

#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("cannot create an HTTP client: {0}")]
    Client(String),
    #[error("no response from {base_url}: {reason} ({request}, {attempts} attempts)")]
    NoResponse {
        base_url: String,
        reason: String,
        /// Method and path.
        request: String,
        attempts: u32,
    },
    #[error("{request} returned {status}: {detail}")]
    UnexpectedStatus {
        /// Method and path.
        request: String,
        status: StatusCode,
        /// The problem details, or the start of the body if there are none.
        detail: String,
    },
    #[error("{request} returned {status} with an unexpected body: {reason}: {body}")]
    UnexpectedBody {
        /// Method and path.
        request: String,
        status: StatusCode,
        reason: String,
        /// The start of the body.
        body: String,
    },
}
