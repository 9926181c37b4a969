//! What the end-to-end tests share: the deployed stack, the people who use it, and patience.
#![allow(
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]
#![allow(missing_docs, reason = "helpers of tests say by their names what they do")]

mod api;
mod page;
mod people;
pub mod schema;
mod stack;
mod tokens;
mod wait;

pub use api::{Answer, Api};
pub use page::Page;
pub use people::{Person, Race, Who, finished};
pub use stack::{Stack, project};
pub use tokens::Tokens;
pub use wait::eventually;
