//! The audit of points: whether records, ledger and totals agree, and how to make them.

mod audit;

pub use audit::{Audit, AuditError, Report};
