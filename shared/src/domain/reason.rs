//! Reasons that people give.

use super::newtype::one_line;

one_line! {
    /// Why an organizer adjusts points; the runner reads it.
    Reason(1..=200)
}
