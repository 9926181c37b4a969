//! Lockout after failed logins.

use time::Duration;

/// Failures in a row without a lockout, for typing mistakes.
const FREE_FAILURES: u32 = 4;
/// Doubles with each further failure.
const FIRST_LOCKOUT: Duration = Duration::seconds(30);
/// Bounds how long an attacker can lock somebody else out.
const MAX_LOCKOUT: Duration = Duration::minutes(15);

/// Failures expire this long after the last lockout.
pub const FAILURES_EXPIRE_AFTER: Duration = Duration::hours(1);

/// The lockout after this many failures in a row: none up to the fourth, then 30 s, 1 min, 2 min, up to 15 min. That
/// allows about a hundred attempts a day; NIST SP 800-63B section 3.2.2 requires a limit.
#[must_use]
pub fn duration(failures: u32) -> Duration {
    match failures.checked_sub(FREE_FAILURES + 1) {
        None => Duration::ZERO,
        Some(doublings) => FIRST_LOCKOUT.saturating_mul(1 << doublings.min(10)).min(MAX_LOCKOUT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_15_minutes() {
        let seconds = [1, 4, 5, 6, 7, 9, 10, 1000, u32::MAX].map(|failures| duration(failures).whole_seconds());
        assert_eq!(seconds, [0, 0, 30, 60, 120, 480, 900, 900, 900]);
    }
}
