//! Phases of the race, with their progress and request statistics.

use crate::latencies::Latencies;
use crate::progress::Progress;
use std::cell::RefCell;
use std::time::{Duration, Instant};

/// A running phase.
pub struct Phase {
    name: &'static str,
    progress: Progress,
    started: Instant,
    counts: RefCell<Counts>,
}

#[derive(Default)]
struct Counts {
    completed: u32,
    retries: u32,
    latencies: Vec<Duration>,
}

/// Statistics of a finished phase.
#[derive(Debug)]
pub struct PhaseSummary {
    pub name: &'static str,
    /// The number of items, like runners or results.
    pub completed: u32,
    pub retries: u32,
    pub duration: Duration,
    /// One for each request, retries included.
    pub latencies: Latencies,
}

impl Phase {
    pub fn start(name: &'static str, progress: Progress) -> Self {
        Self {
            name,
            progress,
            started: Instant::now(),
            counts: RefCell::default(),
        }
    }

    /// Records a request, whether or not it got a response.
    pub fn record_request(&self, latency: Duration) {
        self.counts.borrow_mut().latencies.push(latency);
    }

    pub fn record_retry(&self) {
        self.counts.borrow_mut().retries += 1;
    }

    /// Records that one item was completed.
    pub fn record_completed(&self) {
        self.counts.borrow_mut().completed += 1;
        self.progress.advance();
    }

    pub fn finish(self) -> PhaseSummary {
        let duration = self.started.elapsed();
        self.progress.finish();
        let Counts {
            completed,
            retries,
            latencies,
        } = self.counts.into_inner();
        PhaseSummary {
            name: self.name,
            completed,
            retries,
            duration,
            latencies: latencies.into(),
        }
    }
}
