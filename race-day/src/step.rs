//! What one step of the race took.

use crate::progress::Bar;
use std::cell::RefCell;
use std::time::{Duration, Instant};

/// A step under way: its progress, and what its requests took.
pub struct Step {
    name: &'static str,
    bar: Bar,
    started: Instant,
    counts: RefCell<Counts>,
}

#[derive(Default)]
struct Counts {
    done: u32,
    retried: u32,
    latencies: Vec<Duration>,
}

/// A step that is over.
#[derive(Debug)]
pub struct Summary {
    /// What was done.
    pub name: &'static str,
    /// How many were done.
    pub done: u32,
    /// How many requests failed and were sent again.
    pub retried: u32,
    /// How long it took.
    pub duration: Duration,
    /// How long each request took, in order.
    pub latencies: Latencies,
}

/// Durations in ascending order.
#[derive(Debug, Default)]
pub struct Latencies(Vec<Duration>);

impl Step {
    /// Begins a step.
    pub fn begin(name: &'static str, bar: Bar) -> Self {
        Self {
            name,
            bar,
            started: Instant::now(),
            counts: RefCell::default(),
        }
    }

    /// A request was sent, and answered or not.
    pub fn requested(&self, latency: Duration) {
        self.counts.borrow_mut().latencies.push(latency);
    }

    /// The last request failed and is sent again.
    pub fn retried(&self) {
        self.counts.borrow_mut().retried += 1;
    }

    /// One more is done.
    pub fn done(&self) {
        self.counts.borrow_mut().done += 1;
        self.bar.advance();
    }

    /// Ends the step.
    pub fn end(self) -> Summary {
        let duration = self.started.elapsed();
        self.bar.finish();
        let Counts {
            done,
            retried,
            latencies,
        } = self.counts.into_inner();
        Summary {
            name: self.name,
            done,
            retried,
            duration,
            latencies: Latencies::from(latencies),
        }
    }
}

impl From<Vec<Duration>> for Latencies {
    fn from(mut durations: Vec<Duration>) -> Self {
        durations.sort_unstable();
        Self(durations)
    }
}

impl Latencies {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The shortest that `percent` of them do not exceed (nearest rank); none of none.
    pub fn percentile(&self, percent: usize) -> Option<Duration> {
        let rank = (self.0.len() * percent).div_ceil(100);
        self.0.get(rank.checked_sub(1)?).copied()
    }

    /// The longest.
    pub fn max(&self) -> Option<Duration> {
        self.0.last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let latencies = Latencies::from((1..=200).rev().map(Duration::from_millis).collect::<Vec<_>>());
        let at = |percent| latencies.percentile(percent).unwrap().as_millis();
        assert_eq!([at(50), at(90), at(99), at(100)], [100, 180, 198, 200]);
        assert_eq!(latencies.max(), latencies.percentile(100));
        let one = Latencies::from(vec![Duration::from_secs(1)]);
        assert_eq!(one.percentile(50), one.max());
        assert_eq!(Latencies::default().percentile(50), None);
    }
}
