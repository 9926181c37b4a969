//! The crate that every function shares. Modules below may use those above, never the reverse:
//!
//! - [`domain`]: the rules, pure
//! - [`config`], [`aws`], [`metrics`]: environment variables, the configuration of AWS clients, CloudWatch metrics
//! - [`auth`]: passwords, access tokens and refresh tokens
//! - [`pipeline`]: messages, the topic, Discord
//! - [`main_db`] (DynamoDB), [`user_db`] (MySQL): the stores
//! - [`http`]: requests, responses and problem details; knows no store
//! - [`api`]: what the routes share: views, the problems of stores, the race in a path
//! - [`runtime`]: the one line in each function's `main`

pub mod api;
pub mod auth;
pub mod aws;
pub mod config;
pub mod domain;
pub mod http;
mod https_client;
pub mod main_db;
pub mod metrics;
pub mod pipeline;
pub mod runtime;
mod telemetry;
pub mod user_db;
