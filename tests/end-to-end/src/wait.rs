//! Deadline: tests wait for a condition, with a deadline, and never for a time.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Far more than the slowest machine needs; a test that fails is the only one that waits for so long.
const DEADLINE: Duration = Duration::from_mins(1);

/// Asks again and again until the answer satisfies `is_so`, and returns that answer.
pub async fn eventually<T: Debug>(what: &str, ask: impl AsyncFnMut() -> T, is_so: impl Fn(&T) -> bool) -> T {
    eventually_within(what, DEADLINE, ask, is_so).await
}

/// [`eventually`] with another deadline, for what takes its time on any machine.
pub async fn eventually_within<T: Debug>(
    what: &str,
    deadline: Duration,
    mut ask: impl AsyncFnMut() -> T,
    is_so: impl Fn(&T) -> bool,
) -> T {
    let started = Instant::now();
    let mut pace = tokio::time::interval(Duration::from_millis(200));
    loop {
        pace.tick().await;
        let answer = ask().await;
        if is_so(&answer) {
            return answer;
        }
        assert!(
            started.elapsed() < deadline,
            "{what}: not within {deadline:?}; the last answer was {answer:?}"
        );
    }
}
