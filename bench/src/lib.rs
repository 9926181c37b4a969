//! What the benchmarks share: the world around a function, on this machine, and figures.

pub mod figures;
pub mod function;
mod http;
pub mod sns;

/// Whatever keeps a benchmark from its figures.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
