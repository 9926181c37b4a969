//! Percentiles of durations.

use std::time::Duration;

/// Durations in ascending order.
#[derive(Debug, Default)]
pub struct Latencies(Vec<Duration>);

impl From<Vec<Duration>> for Latencies {
    fn from(mut durations: Vec<Duration>) -> Self {
        durations.sort_unstable();
        Self(durations)
    }
}

impl Latencies {
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// By the nearest-rank method; `None` if there are no durations.
    pub fn percentile(&self, percent: usize) -> Option<Duration> {
        let rank = (self.0.len() * percent).div_ceil(100);
        self.0.get(rank.checked_sub(1)?).copied()
    }

    pub fn max(&self) -> Option<Duration> {
        self.0.last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentile_uses_nearest_rank() {
        let latencies = Latencies::from((1..=200).rev().map(Duration::from_millis).collect::<Vec<_>>());
        let ms_at = |percent| latencies.percentile(percent).unwrap().as_millis();
        assert_eq!([ms_at(50), ms_at(90), ms_at(99), ms_at(100)], [100, 180, 198, 200]);
        assert_eq!(latencies.max(), latencies.percentile(100));
        let one = Latencies::from(vec![Duration::from_secs(1)]);
        assert_eq!(one.percentile(50), one.max());
        assert_eq!(Latencies::default().percentile(50), None);
    }
}
