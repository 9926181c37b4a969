//! The HTTP side of a function: requests in, answers and problems out.

mod compress;
mod credentials;
pub mod cursor;
mod path_marathon;
mod problem;
mod refusals;
mod request;
pub mod respond;

pub use compress::compressed;
pub use credentials::Credentials;
pub use problem::Problem;
pub use request::{Page, Request};
pub use respond::Response;
