//! The points that a history must lead to, computed as simply as possible and without any of the code under test.

use super::operation::{BIBS, Operation, Owner};
use std::collections::BTreeMap;

/// Points by (bib, runner), without zeros.
pub type Points = BTreeMap<(usize, usize), i64>;

/// The points of the race before the first [`Operation::ChangePoint`].
pub const INITIAL_POINT: u32 = 10;

#[derive(Debug, Clone, Copy)]
struct Record {
    owner: Owner,
    is_finished: bool,
    point: u32,
}

/// The owner of a finished record has the points that the race had when the record was entered.
pub fn expected_points(history: &[Operation]) -> Points {
    let mut records: [Option<Record>; BIBS] = [None; BIBS];
    let mut current_point = INITIAL_POINT;
    for operation in history {
        match *operation {
            Operation::Enter { bib, owner, status } => {
                records[bib] = Some(Record {
                    owner,
                    is_finished: status == "finished",
                    point: current_point,
                });
            }
            Operation::CorrectTime { .. } => {}
            Operation::CorrectStatus { bib, status } => {
                if let Some(record) = &mut records[bib] {
                    record.is_finished = status == "finished";
                }
            }
            Operation::ChangeOwner { bib, owner } => {
                if let Some(record) = &mut records[bib] {
                    record.owner = owner;
                }
            }
            Operation::Delete { bib } => records[bib] = None,
            Operation::ChangePoint { point } => current_point = point,
        }
    }
    let mut points = Points::new();
    for (bib, record) in records.into_iter().enumerate() {
        if let Some(record) = record
            && let Owner::Runner(runner) = record.owner
            && record.is_finished
            && record.point > 0
        {
            points.insert((bib, runner), i64::from(record.point));
        }
    }
    points
}
