//! Which point events a change of an official record causes, and their ids.

use super::id::RecordId;
use super::official_record::{Award, OfficialRecord};
use super::point_event::{Action, PointEvent};

/// The events of a change from `old` to `new`: none if both have the same award, otherwise the old award is revoked and
/// the new one is given. An entry has no `old` record, a deletion no `new` one.
///
/// Event ids are derived from the record and the revision of its award. A repeated stream record yields the same ids,
/// and so does the [`audit`](super::audit) that finds an event missing.
#[must_use]
pub fn events(old: Option<&OfficialRecord>, new: Option<&OfficialRecord>) -> Vec<PointEvent> {
    let (before, after) = (old.and_then(OfficialRecord::award), new.and_then(OfficialRecord::award));
    if before == after && same_record(old, new) {
        return Vec::new();
    }
    let revoked = old.and_then(revoke_event).map(|event| PointEvent {
        occurred_at: new.and_then(|record| record.revised_at),
        ..event
    });
    revoked.into_iter().chain(new.and_then(award_event)).collect()
}

/// The event that gives a record's award, if it has one.
#[must_use]
pub fn award_event(record: &OfficialRecord) -> Option<PointEvent> {
    record
        .award()
        .map(|award| event(record, award, Action::Award, award.point.get().into()))
}

fn revoke_event(record: &OfficialRecord) -> Option<PointEvent> {
    record
        .award()
        .map(|award| event(record, award, Action::Revoke, -i64::from(award.point.get())))
}

fn event(record: &OfficialRecord, award: Award, action: Action, point: i64) -> PointEvent {
    PointEvent {
        event_id: AwardId::of(record).event_id(action),
        action,
        user_id: award.user_id,
        point,
        reason: None,
        marathon_id: record.marathon_id,
        marathon_title: record.marathon_title.clone(),
        bib: record.bib.clone(),
        name: record.name.clone(),
        time_ms: record.ranking_time(),
        occurred_at: record.revised_at,
    }
}

/// Identifies an award by its record and the revision that the award started with.
///
/// An award has up to two events: `<record_id>:<revision>:award` and, once revoked, `<record_id>:<revision>:revoke`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AwardId {
    record_id: RecordId,
    revision: u32,
}

impl AwardId {
    /// The award of a record at its current revision.
    #[must_use]
    pub fn of(record: &OfficialRecord) -> Self {
        Self {
            record_id: record.record_id,
            revision: record.award_revision(),
        }
    }

    /// Parses the id of an award or revoke event; none for any other event id.
    #[must_use]
    pub fn parse(event_id: &str) -> Option<(Self, Action)> {
        let mut parts = event_id.split(':');
        let id = Self {
            record_id: parts.next()?.parse().ok()?,
            revision: parts.next()?.parse().ok()?,
        };
        let action = match parts.next()? {
            "award" => Action::Award,
            "revoke" => Action::Revoke,
            _ => return None,
        };
        // Rejects other spellings of the same id, such as leading zeros.
        (id.event_id(action) == event_id).then_some((id, action))
    }

    #[must_use]
    pub fn event_id(self, action: Action) -> String {
        format!("{}:{}:{}", self.record_id, self.revision, action.as_str())
    }
}

/// Whether both images are of one record; false if it was deleted and entered again in between.
fn same_record(old: Option<&OfficialRecord>, new: Option<&OfficialRecord>) -> bool {
    old.zip(new).is_none_or(|(old, new)| old.record_id == new.record_id)
}

#[cfg(test)]
mod tests {
    use super::super::id::UserId;
    use super::super::official_record::tests::{record, record_with_status};
    use super::super::outcome::Status;
    use super::*;
    use time::OffsetDateTime;
    use time::macros::datetime;

    const LATER: OffsetDateTime = datetime!(2026-03-15 12:00 UTC);

    fn summary(old: Option<&OfficialRecord>, new: Option<&OfficialRecord>) -> Vec<(u64, i64)> {
        events(old, new)
            .iter()
            .map(|event| (event.user_id.get(), event.point))
            .collect()
    }

    #[test]
    fn entry_awards_and_deletion_revokes() {
        let record = record();
        assert_eq!(summary(None, Some(&record)), [(7, 10)]);
        assert_eq!(summary(Some(&record), None), [(7, -10)]);
    }

    #[test]
    fn a_corrected_time_has_no_events() {
        let old = record();
        let new = old.revised(LATER, |_| {});
        assert_eq!(summary(Some(&old), Some(&new)), []);
    }

    #[test]
    fn revoke_has_the_revision_of_its_award() {
        let entered = record();
        let corrected = entered.revised(LATER, |_| {});
        let dnf = corrected.revised(LATER, |record| record.outcome = record_with_status(Status::Dnf).outcome);
        let finished = dnf.revised(LATER, |record| record.outcome = entered.outcome.clone());
        let ids = |old, new| -> Vec<_> {
            events(old, new)
                .iter()
                .map(|event| event.event_id.split_once(':').unwrap().1.to_owned())
                .collect()
        };
        assert_eq!(ids(None, Some(&entered)), ["1:award"]);
        assert_eq!(ids(Some(&corrected), Some(&dnf)), ["1:revoke"]);
        assert_eq!(ids(Some(&dnf), Some(&finished)), ["4:award"]);
        assert_eq!(ids(Some(&finished), None), ["4:revoke"]);
    }

    #[test]
    fn parses_only_ids_that_it_writes() {
        let id = AwardId::of(&record());
        for action in [Action::Award, Action::Revoke] {
            assert_eq!(AwardId::parse(&id.event_id(action)), Some((id, action)));
        }
        let event_id = id.event_id(Action::Award);
        let another = event_id.replace(":1:", ":01:");
        for other in [
            "",
            "a:1:award",
            &another,
            &format!("{event_id}:"),
            &event_id.replace("award", "adjust"),
        ] {
            assert_eq!(AwardId::parse(other), None, "{other}");
        }
    }

    #[test]
    fn only_finishers_are_awarded() {
        for status in [Status::Dnf, Status::Dns, Status::Dsq] {
            let other = record_with_status(status);
            assert_eq!(summary(None, Some(&other)), []);
            let finished = record();
            let other = finished.revised(LATER, |record| record.outcome = other.outcome);
            assert_eq!(summary(Some(&finished), Some(&other)), [(7, -10)]);
        }
    }

    #[test]
    fn a_change_of_user_moves_the_points() {
        let old = record();
        let new = old.revised(LATER, |record| record.user_id = UserId::try_from(8).ok());
        assert_eq!(summary(Some(&old), Some(&new)), [(7, -10), (8, 10)]);
        let nobody = new.revised(LATER, |record| record.user_id = None);
        assert_eq!(summary(Some(&new), Some(&nobody)), [(8, -10)]);
    }

    #[test]
    fn a_reentered_record_is_another_award() {
        let old = record();
        let new = record();
        assert_ne!(old.record_id, new.record_id);
        assert_eq!(summary(Some(&old), Some(&new)), [(7, -10), (7, 10)]);
    }

    #[test]
    fn event_ids_are_deterministic_and_unique() {
        let first = record();
        let second = first.revised(LATER, |record| record.user_id = UserId::try_from(8).ok());
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
