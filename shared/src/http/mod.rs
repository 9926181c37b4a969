//! HTTP for the functions behind the API: requests, responses and problem details (RFC 9457).

mod compress;
mod credentials;
pub mod cursor;
mod invalid;
mod problem;
mod request;
pub mod respond;
pub mod text;

pub use compress::compressed;
pub use credentials::Credentials;
pub use problem::Problem;
pub use request::{Page, Request};
pub use respond::Response;
pub use text::LocalizedText;
