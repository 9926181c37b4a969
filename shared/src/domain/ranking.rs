//! Places in a sorted list.

use serde::{Deserialize, Serialize};

/// Assigns places down a sorted list: equal scores share a place and the next one is skipped (1, 2, 2, 4).
///
/// Part of a list's cursor, so that the next page continues the places.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    seen: u64,
    place: u64,
    score: Option<i64>,
}

impl Places {
    /// The place of the next row.
    pub fn next(&mut self, score: i64) -> u64 {
        self.seen += 1;
        if self.score != Some(score) {
            self.score = Some(score);
            self.place = self.seen;
        }
        self.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_share_a_place() {
        let mut places = Places::default();
        assert_eq!(
            [9, 7, 7, 5, 5, 5, 1].map(|score| places.next(score)),
            [1, 2, 2, 4, 4, 4, 7]
        );
    }
}
