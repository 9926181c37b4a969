//! What the results of a race are worth, told in the fewest words and without any of the code that is tested.

use super::deed::{BIBS, Deed, Owner};
use std::collections::BTreeMap;

/// The points of each runner for each bib: (bib, runner) to points, only where there are some.
pub type Worth = BTreeMap<(usize, usize), i64>;

/// The points that a race gives until it is changed.
pub const POINT: u32 = 10;

#[derive(Debug, Clone, Copy)]
struct Standing {
    owner: Owner,
    finished: bool,
    point: u32,
}

/// Who has how many points after `history`: whoever owns a record that is finished has the points that the race gave
/// when it was entered.
pub fn worth(history: &[Deed]) -> Worth {
    let mut bibs: [Option<Standing>; BIBS] = [None; BIBS];
    let mut point_now = POINT;
    for deed in history {
        match *deed {
            Deed::Enter { bib, owner, status } => {
                bibs[bib] = Some(Standing {
                    owner,
                    finished: status == "finished",
                    point: point_now,
                });
            }
            Deed::CorrectTime { .. } => {}
            Deed::CorrectStatus { bib, status } => {
                if let Some(record) = &mut bibs[bib] {
                    record.finished = status == "finished";
                }
            }
            Deed::Give { bib, to } => {
                if let Some(record) = &mut bibs[bib] {
                    record.owner = to;
                }
            }
            Deed::Delete { bib } => bibs[bib] = None,
            Deed::Reprice { point } => point_now = point,
        }
    }
    let mut worth = Worth::new();
    for (bib, standing) in bibs.into_iter().enumerate() {
        if let Some(record) = standing
            && let Owner::Runner(runner) = record.owner
            && record.finished
            && record.point > 0
        {
            worth.insert((bib, runner), i64::from(record.point));
        }
    }
    worth
}
