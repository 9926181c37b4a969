//! Simulates a whole race against a deployed stack through its public API, and verifies that every runner got their
//! points exactly once.
//!
//! It shares no code with the functions, so that an error in a shared type cannot hide itself.

mod account;
mod api;
mod args;
mod concurrency;
mod demo_accounts;
mod finish_time;
mod latencies;
mod participants;
mod phase;
mod points_poller;
mod progress;
mod queries;
mod race;
mod race_plan;
mod report;
mod results_file;
mod runner;
mod synthetic_runners;
mod verify;

use api::{ApiClient, ApiError};
use args::Args;
use clap::Parser;
use progress::ProgressDisplay;
use race::RaceError;
use race_plan::RacePlan;
use results_file::ResultsFileError;
use std::io::{self, Write};
use std::process::ExitCode;
use time::OffsetDateTime;

/// A result or a runner's points are missing or wrong.
const EXIT_MISMATCH: u8 = 1;
/// The race could not be completed.
const EXIT_ERROR: u8 = 2;

#[derive(Debug, thiserror::Error)]
enum MainError {
    #[error(transparent)]
    ResultsFile(#[from] ResultsFileError),
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error(transparent)]
    Race(#[from] RaceError),
    #[error("cannot write the report: {0}")]
    Report(#[from] io::Error),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(EXIT_MISMATCH),
        Err(error) => {
            // If stderr is closed, the exit code is all that is left.
            let _ = writeln!(io::stderr(), "race-day: {error}");
            ExitCode::from(EXIT_ERROR)
        }
    }
}

/// Runs the race and prints the report. Returns whether there were no mismatches.
async fn run(args: Args) -> Result<bool, MainError> {
    let distance_m = args.distance_m();
    let runners = match &args.results {
        Some(file) => results_file::read(file, args.runners)?,
        None => synthetic_runners::generate(args.runners),
    };
    let api = ApiClient::new(&args.api)?;
    api.probe().await?;
    let plan = RacePlan {
        runners,
        held_on: OffsetDateTime::now_utc().date(),
        distance_m,
        concurrency: args.concurrency.into(),
        points_timeout: args.timeout,
        demo: args.demo,
        accounts_file: args.accounts,
    };
    let report = race::run(&api, &plan, &ProgressDisplay::new()).await?;
    write!(io::stdout().lock(), "{report}")?;
    Ok(report.mismatches.is_empty())
}
