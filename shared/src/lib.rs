//! The domain crate of mrmrthon: what every function of the application shares.
//!
//! - [`domain`]: the rules, pure; [`messages`]: what travels between the stages of the pipeline
//! - [`main_db`]: marathons, players and records in DynamoDB; [`user_db`]: users and points in MySQL
//! - [`http`]: requests in, answers and problems out; [`auth`]: passwords and tokens
//! - [`runtime`]: the one line in each function's `main`; [`config`]: what it reads from its environment
//! - [`topic`] and [`discord`]: what is told to others; [`metrics`]: what is counted; [`aws`]: what AWS clients share

pub mod auth;
pub mod aws;
pub mod config;
pub mod discord;
pub mod domain;
pub mod http;
mod https;
pub mod main_db;
pub mod messages;
pub mod metrics;
pub mod runtime;
mod telemetry;
pub mod text;
pub mod topic;
pub mod user_db;
