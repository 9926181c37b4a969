//! Tests of the stores and of a deployed stack, in one binary to link only once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod audit;
mod authorization;
mod cloudfront;
mod edge_cases;
mod events;
mod invalid_input;
mod lists;
mod login;
mod main_db;
mod migrations;
mod pipeline;
mod pipeline_model;
mod race;
mod updates;
mod user_db;
