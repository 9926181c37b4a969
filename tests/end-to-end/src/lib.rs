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
mod crowd;
mod faults;
mod functions;
mod invariants;
mod page;
mod people;
mod queues;
pub mod schema;
mod stack;
mod tokens;
mod wait;

pub use api::{Answer, Api};
pub use crowd::accounts;
pub use faults::{Process, discord_fault};
pub use functions::FunctionLog;
pub use invariants::{Invariants, Line, Notices, Standing, Told};
pub use page::Page;
pub use people::{Person, Race, Who, finished};
pub use queues::BATCH;
pub use stack::{Stack, project};
pub use tokens::Tokens;
pub use wait::{eventually, eventually_within};
