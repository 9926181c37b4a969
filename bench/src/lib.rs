//! Runs functions on this machine, without Lambda, for the benchmarks.

pub mod fake_sns;
pub mod function_process;
mod http_server;
pub mod stats;

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
