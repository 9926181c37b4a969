//! Helpers of the end-to-end tests: the deployed stack, its users and races, faults, and waiting.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api;
mod bulk;
mod contract_check;
mod faults;
mod fixtures;
mod functions;
mod invariants;
mod page;
mod queues;
mod stack;
mod tokens;
mod wait;

pub use api::{Api, ApiResponse};
pub use bulk::create_runners;
pub use faults::{Process, discord_fault};
pub use fixtures::{Race, Role, TestUser, award_message, finished, race_body};
pub use functions::FunctionLog;
pub use invariants::{DiscordTotals, Invariants, LedgerEntry, Notifications, RaceTotals};
pub use page::Page;
pub use queues::MAX_BATCH_SIZE;
pub use stack::Stack;
pub use tokens::Tokens;
pub use wait::{eventually, eventually_within};
