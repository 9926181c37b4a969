//! Fault injection in the deployed stack, one fault at a time. Each test proves that its fault happened and that the
//! pipeline's invariants hold afterwards. Needs the instance of `make test`, whose services can be stopped.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stdout, reason = "each test reports the extent of its fault")]

mod discord_errors;
mod killed_process;
mod poison_messages;
mod publish_failure;
mod user_db_outage;
