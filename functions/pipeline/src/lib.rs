//! The audit of `points-audit`.

mod audit;

pub use audit::{Audit, AuditError, Report};
