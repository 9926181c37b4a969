//! Everything that is tested against real stores and a deployed stack, in one binary so that it links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod audit;
mod authorization;
mod bad_input;
mod changes;
mod edge;
mod events;
mod history;
mod lists;
mod login;
mod main_db;
mod migrations;
mod openapi;
mod pipeline;
mod race;
mod robustness;
mod template;
mod user_db;
