//! What a simulated race consists of.

use crate::runner::{Runner, birth_date};
use std::path::PathBuf;
use std::time::Duration;
use time::Date;

#[derive(Debug)]
pub struct RacePlan {
    /// Includes the results to enter.
    pub runners: Vec<Runner>,
    pub held_on: Date,
    pub distance_m: u32,
    /// Maximum number of concurrent requests.
    pub concurrency: usize,
    /// How long to wait for points after the last result.
    pub points_timeout: Duration,
    /// Whether the demo accounts take part.
    pub demo: bool,
    /// Where to write the demo accounts.
    pub accounts_file: Option<PathBuf>,
}

impl RacePlan {
    /// The index of the runner who uses the demo account, one in the middle.
    pub fn demo_runner(&self) -> Option<usize> {
        self.demo.then_some(self.runners.len() / 2)
    }

    pub fn runner_count(&self) -> u32 {
        u32::try_from(self.runners.len()).unwrap_or(u32::MAX)
    }

    pub fn birth_date(&self, index: usize, runner: &Runner) -> Date {
        birth_date(self.held_on, runner.age, index)
    }
}
