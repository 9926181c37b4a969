//! Polling: a test waits for a condition with a deadline, never for a fixed time.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Far more than the slowest machine needs; only a failing test waits this long.
const DEFAULT_DEADLINE: Duration = Duration::from_mins(1);
const INTERVAL: Duration = Duration::from_millis(200);

/// Polls until the value satisfies `is_done`, and returns that value.
pub async fn eventually<T: Debug>(what: &str, poll: impl AsyncFnMut() -> T, is_done: impl Fn(&T) -> bool) -> T {
    eventually_within(what, DEFAULT_DEADLINE, poll, is_done).await
}

/// [`eventually`] with another deadline.
pub async fn eventually_within<T: Debug>(
    what: &str,
    deadline: Duration,
    mut poll: impl AsyncFnMut() -> T,
    is_done: impl Fn(&T) -> bool,
) -> T {
    let started = Instant::now();
    let mut ticker = tokio::time::interval(INTERVAL);
    loop {
        ticker.tick().await;
        let value = poll().await;
        if is_done(&value) {
            return value;
        }
        assert!(
            started.elapsed() < deadline,
            "{what}: not within {deadline:?}; the last value was {value:?}"
        );
    }
}
