//! Plays a whole race against a deployed stack through its public API, and checks that every runner has exactly the
//! points that are due.

mod account;
mod api;
mod args;
mod field;
mod finish_time;
mod inspect;
mod landing;
mod pages;
mod progress;
mod race;
mod report;
mod results;
mod step;
mod synthetic;
mod verify;

use api::{Api, ApiError};
use args::Args;
use clap::Parser;
use progress::Display;
use race::{Plan, RaceError};
use results::ResultsError;
use std::io::{self, Write};
use std::process::ExitCode;
use time::OffsetDateTime;

/// Somebody has not exactly the points that are due, or a result is missing or wrong.
const DIFFERENT: u8 = 1;
/// The race could not be played.
const NOT_PLAYED: u8 = 2;

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Results(#[from] ResultsError),
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error(transparent)]
    Race(#[from] RaceError),
    #[error("the report could not be written: {0}")]
    Report(#[from] io::Error),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(DIFFERENT),
        Err(failure) => {
            // There is nowhere left to say that stderr is gone.
            let _ = writeln!(io::stderr(), "race-day: {failure}");
            ExitCode::from(NOT_PLAYED)
        }
    }
}

/// Plays the race and prints the report; whether everything was as it should be.
async fn run(args: Args) -> Result<bool, Failure> {
    let distance_m = args.distance();
    let runners = match &args.results {
        Some(file) => results::read(file, args.runners)?,
        None => synthetic::field(args.runners),
    };
    let api = Api::new(&args.api)?;
    api.probe().await?;
    let plan = Plan {
        runners,
        held_on: OffsetDateTime::now_utc().date(),
        distance_m,
        concurrency: args.concurrency.into(),
        landing_timeout: args.timeout,
        demo: args.demo,
        accounts: args.accounts,
    };
    let played = race::play(&api, &plan, &Display::new()).await?;
    write!(io::stdout().lock(), "{played}")?;
    Ok(played.differences.is_empty())
}
