//! The reason of an adjustment.

use super::newtype::one_line;

one_line! {
    /// Shown to the runner.
    Reason(1..=200)
}
