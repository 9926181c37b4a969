//! Faults in the deployed stack, one after the other: each is proved to have happened, and afterwards the pipeline's
//! invariants hold. They need the instance of `make test`, whose services can be stopped.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stdout, reason = "the figures of a fault are worth reading")]

mod discord;
mod killed;
mod notice;
mod outage;
mod poison;
