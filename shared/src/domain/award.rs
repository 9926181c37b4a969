//! Which points a record is worth, and what a change of it does to the ledger.

use super::id::UserId;
use super::marathon::Point;
use super::official_record::OfficialRecord;
use super::outcome::Status;
use crate::messages::{Action, PointEvent, Version1};

/// The points a record's owner has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Award {
    /// The owner.
    pub user_id: UserId,
    /// How many points, at least one.
    pub point: Point,
}

/// The points a record's owner has for it: those of the race if the run is finished and somebody owns it, else none.
#[must_use]
pub fn award(record: &OfficialRecord) -> Option<Award> {
    let earned = record.outcome.status() == Status::Finished && record.point.get() > 0;
    record.user_id.filter(|_| earned).map(|user_id| Award {
        user_id,
        point: record.point,
    })
}

/// What a change from `old` to `new` does to the ledger: nothing when both are worth the same to the same runner,
/// otherwise the old award is revoked and the new one is given.
///
/// An entry, a correction and a deletion are the same rule with the one side absent. The ids of the events follow
/// from the record and its revision alone, so a change that is seen again yields the same events.
#[must_use]
pub fn events(old: Option<&OfficialRecord>, new: Option<&OfficialRecord>) -> Vec<PointEvent> {
    let (before, after) = (old.and_then(award), new.and_then(award));
    if before == after && same_record(old, new) {
        return Vec::new();
    }
    let revoked = old
        .zip(before)
        .map(|(record, award)| event(Action::Revoke, record, award));
    let awarded = new
        .zip(after)
        .map(|(record, award)| event(Action::Award, record, award));
    revoked.into_iter().chain(awarded).collect()
}

fn event(action: Action, record: &OfficialRecord, award: Award) -> PointEvent {
    let point = i64::from(award.point.get());
    let (verb, point) = if action == Action::Revoke {
        ("revoke", -point)
    } else {
        ("award", point)
    };
    PointEvent {
        version: Version1,
        event_id: format!("{}:{}:{verb}", record.record_id, record.revision),
        action,
        user_id: award.user_id,
        point,
        reason: None,
        marathon_id: record.marathon_id,
        marathon_title: record.marathon_title.clone(),
        bib: record.bib.clone(),
        name: record.name.clone(),
        time_ms: record.ranking_time(),
    }
}

/// Whether the award of one image is still accounted for by the other: the same record, not another in its place.
fn same_record(old: Option<&OfficialRecord>, new: Option<&OfficialRecord>) -> bool {
    old.zip(new).is_none_or(|(old, new)| old.record_id == new.record_id)
}

#[cfg(test)]
mod tests {
    use super::super::id::RecordId;
    use super::super::official_record::tests::{record, record_with_status};
    use super::*;

    fn summary(old: Option<&OfficialRecord>, new: Option<&OfficialRecord>) -> Vec<(u64, i64)> {
        events(old, new)
            .iter()
            .map(|event| (event.user_id.get(), event.point))
            .collect()
    }

    #[test]
    fn entering_awards_and_deleting_revokes() {
        let record = record();
        assert_eq!(summary(None, Some(&record)), [(7, 10)]);
        assert_eq!(summary(Some(&record), None), [(7, -10)]);
    }

    #[test]
    fn a_corrected_time_changes_nothing() {
        let old = record();
        let new = OfficialRecord {
            revision: 2,
            ..old.clone()
        };
        assert_eq!(summary(Some(&old), Some(&new)), []);
    }

    #[test]
    fn only_finishers_are_awarded() {
        for status in [Status::Dnf, Status::Dns, Status::Dsq] {
            let other = record_with_status(status);
            assert_eq!(summary(None, Some(&other)), []);
            let finished = OfficialRecord {
                record_id: other.record_id,
                ..record()
            };
            assert_eq!(summary(Some(&finished), Some(&other)), [(7, -10)]);
        }
    }

    #[test]
    fn a_change_of_owner_moves_the_points() {
        let old = record();
        let new = OfficialRecord {
            revision: 2,
            user_id: UserId::try_from(8).ok(),
            ..old.clone()
        };
        assert_eq!(summary(Some(&old), Some(&new)), [(7, -10), (8, 10)]);
        let nobody = OfficialRecord {
            revision: 3,
            user_id: None,
            ..new.clone()
        };
        assert_eq!(summary(Some(&new), Some(&nobody)), [(8, -10)]);
    }

    #[test]
    fn a_record_in_the_place_of_another_is_another_award() {
        let old = record();
        let new = OfficialRecord {
            record_id: RecordId::new(),
            ..old.clone()
        };
        assert_eq!(summary(Some(&old), Some(&new)), [(7, -10), (7, 10)]);
    }

    #[test]
    fn the_same_change_yields_the_same_events_and_no_two_changes_share_an_id() {
        let first = record();
        let second = OfficialRecord {
            revision: 2,
            user_id: UserId::try_from(8).ok(),
            ..first.clone()
        };
        let changes = [
            (None, Some(&first)),
            (Some(&first), Some(&second)),
            (Some(&second), None),
        ];
        let ids = |()| {
            changes
                .iter()
                .flat_map(|(old, new)| events(*old, *new))
                .map(|e| e.event_id)
                .collect::<Vec<_>>()
        };
        let (once, twice) = (ids(()), ids(()));
        assert_eq!(once, twice);
        let distinct: std::collections::HashSet<_> = once.iter().collect();
        assert_eq!(distinct.len(), 4);
    }
}
