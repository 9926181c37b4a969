//! How long whoever guesses passwords has to wait.

use time::Duration;

/// Failures in a row that cost nothing: people mistype.
const FREE: u32 = 4;
/// After the first failure that costs; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::seconds(30);
/// At most this long, so that nobody can be locked out of an account for long by somebody else.
const LONGEST_PAUSE: Duration = Duration::minutes(15);

/// Failures are forgotten this long after the last pause.
pub const FORGOTTEN_AFTER: Duration = Duration::hours(1);

/// The pause after this many failures in a row: none up to the fourth, then 30 s, 1 min, 2 min, up to 15 min. An
/// account can then be tried about a hundred times a day, which NIST SP 800-63B section 3.2.2 asks to limit.
#[must_use]
pub fn pause(failures: u32) -> Duration {
    match failures.checked_sub(FREE + 1) {
        None => Duration::ZERO,
        Some(doublings) => FIRST_PAUSE.saturating_mul(1 << doublings.min(10)).min(LONGEST_PAUSE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_quarter_of_an_hour() {
        let seconds = [1, 4, 5, 6, 7, 9, 10, 1000, u32::MAX].map(|failures| pause(failures).whole_seconds());
        assert_eq!(seconds, [0, 0, 30, 60, 120, 480, 900, 900, 900]);
    }
}
