//! Compares the ledger of a race with the awards of its official records (invariant I2), and finds the events that
//! repair differences.

use super::award::{AwardId, award_event};
use super::bib::Bib;
use super::id::{MarathonId, UserId};
use super::marathon::Title;
use super::official_record::OfficialRecord;
use super::point_event::{Action, PointEvent};
use super::user::PersonName;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    pub event_id: String,
    pub user_id: UserId,
    pub bib: Bib,
    /// Negative for a revocation.
    pub point: i64,
    /// Whether its notification was published.
    pub notified: bool,
    /// The user's public name.
    pub name: PersonName,
}

/// The records of a race and its ledger entries.
#[derive(Debug)]
pub struct Race {
    pub marathon_id: MarathonId,
    pub title: Title,
    pub records: Vec<OfficialRecord>,
    /// The bibs of records that cannot be deserialized, so that their awards are unknown.
    pub unreadable: BTreeSet<String>,
    pub entries: Vec<LedgerEntry>,
}

/// How records, ledger and totals can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// An award is not in the ledger.
    MissingAward,
    /// An award that no record has any more was not revoked.
    MissingRevocation,
    /// The notification of an entry was never published.
    PendingNotification,
    /// A user's total is not the sum of the user's entries (invariant I1).
    WrongTotal,
    /// A record cannot be deserialized, so its entries cannot be checked.
    UnreadableRecord,
    /// An entry that no event of the pipeline explains. It needs manual review.
    Unexplained,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub kind: DifferenceKind,
    /// The event id or the bib.
    pub about: String,
    /// The event that repairs it: the one that the pipeline would have sent, with the same id, so that it counts once
    /// even if the original arrives later.
    pub repair: Option<PointEvent>,
}

impl Race {
    /// Every difference between the records and the ledger.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        let (mut differences, mut awards) = (Vec::new(), BTreeMap::<AwardId, AwardState>::new());
        for bib in &self.unreadable {
            differences.push(difference(DifferenceKind::UnreadableRecord, bib, None));
        }
        for event in self.records.iter().filter_map(award_event) {
            if let Some((id, _)) = AwardId::parse(&event.event_id) {
                awards.entry(id).or_default().expected = Some(event);
            }
        }
        for entry in &self.entries {
            match AwardId::parse(&entry.event_id) {
                _ if self.unreadable.contains(entry.bib.as_str()) => {}
                Some((id, Action::Award)) => awards.entry(id).or_default().awarded = Some(entry),
                Some((id, _)) => awards.entry(id).or_default().revoked = Some(entry),
                None if entry.is_adjustment() => {}
                None => differences.push(difference(DifferenceKind::Unexplained, &entry.event_id, None)),
            }
            if !entry.notified {
                let event = self.event(entry, &entry.event_id, entry.point);
                differences.push(difference(
                    DifferenceKind::PendingNotification,
                    &entry.event_id,
                    Some(event),
                ));
            }
        }
        differences.extend(awards.iter().filter_map(|(id, state)| self.compare(*id, state)));
        differences
    }

    fn compare(&self, id: AwardId, state: &AwardState) -> Option<Difference> {
        let counterpart = |entry: &LedgerEntry, action| self.event(entry, &id.event_id(action), -entry.point);
        match (&state.expected, state.awarded, state.revoked) {
            (Some(event), Some(awarded), None) if (event.user_id, event.point) == (awarded.user_id, awarded.point) => {
                None
            }
            (None, Some(awarded), Some(revoked))
                if (awarded.user_id, awarded.point) == (revoked.user_id, -revoked.point) =>
            {
                None
            }
            (Some(event), None, None) => Some(difference(
                DifferenceKind::MissingAward,
                &event.event_id,
                Some(event.clone()),
            )),
            (None, Some(awarded), None) => {
                let event = counterpart(awarded, Action::Revoke);
                Some(difference(
                    DifferenceKind::MissingRevocation,
                    &awarded.event_id,
                    Some(event),
                ))
            }
            (None, None, Some(revoked)) => {
                let event = counterpart(revoked, Action::Award);
                Some(difference(
                    DifferenceKind::MissingAward,
                    &event.event_id.clone(),
                    Some(event),
                ))
            }
            (_, awarded, revoked) => awarded
                .or(revoked)
                .map(|entry| difference(DifferenceKind::Unexplained, &entry.event_id, None)),
        }
    }

    /// An event reconstructed from a ledger entry.
    fn event(&self, entry: &LedgerEntry, event_id: &str, point: i64) -> PointEvent {
        let action = AwardId::parse(event_id).map_or(Action::Adjust, |(_, action)| action);
        PointEvent {
            event_id: event_id.to_owned(),
            action,
            user_id: entry.user_id,
            point,
            reason: None,
            marathon_id: self.marathon_id,
            marathon_title: self.title.clone(),
            bib: entry.bib.clone(),
            name: entry.name.clone(),
            time_ms: None,
            occurred_at: None,
        }
    }
}

impl LedgerEntry {
    fn is_adjustment(&self) -> bool {
        let action = self.event_id.rsplit(':').next();
        action == Some(Action::Adjust.as_str())
    }
}

/// One award: the event that its record calls for, and the ledger entries that gave and revoked it.
#[derive(Default)]
struct AwardState<'a> {
    expected: Option<PointEvent>,
    awarded: Option<&'a LedgerEntry>,
    revoked: Option<&'a LedgerEntry>,
}

fn difference(kind: DifferenceKind, about: &str, repair: Option<PointEvent>) -> Difference {
    Difference {
        kind,
        about: about.to_owned(),
        repair,
    }
}

#[cfg(test)]
mod tests {
    use super::super::award::events;
    use super::super::official_record::tests::{record, record_with_status};
    use super::super::outcome::Status;
    use super::*;
    use time::OffsetDateTime;
    use time::macros::datetime;

    const LATER: OffsetDateTime = datetime!(2026-03-15 12:00 UTC);

    fn entry(event: &PointEvent) -> LedgerEntry {
        LedgerEntry {
            event_id: event.event_id.clone(),
            user_id: event.user_id,
            bib: event.bib.clone(),
            point: event.point,
            notified: true,
            name: event.name.clone(),
        }
    }

    fn race(records: &[&OfficialRecord], entries: Vec<LedgerEntry>) -> Race {
        let record = record();
        Race {
            marathon_id: record.marathon_id,
            title: record.marathon_title,
            records: records.iter().map(|record| (*record).clone()).collect(),
            unreadable: BTreeSet::new(),
            entries,
        }
    }

    fn kinds(race: &Race) -> Vec<DifferenceKind> {
        race.differences().iter().map(|difference| difference.kind).collect()
    }

    /// Applies the repairs of a race to its ledger.
    fn repair(race: &mut Race) {
        let repairs: Vec<_> = race.differences().into_iter().filter_map(|d| d.repair).collect();
        race.entries.extend(repairs.iter().map(entry));
    }

    #[test]
    fn a_complete_ledger_has_no_differences() {
        let entered = record();
        let corrected = entered.revised(LATER, |_| {});
        let dnf = corrected.revised(LATER, |record| record.outcome = record_with_status(Status::Dnf).outcome);
        let all = [
            events(None, Some(&entered)),
            events(Some(&entered), Some(&corrected)),
            events(Some(&corrected), Some(&dnf)),
        ];
        let entries = all.concat().iter().map(entry).collect();
        assert_eq!(kinds(&race(&[&dnf], entries)), []);
    }

    #[test]
    fn repairs_a_lost_award_with_the_original_event() {
        let entered = record();
        let corrected = entered.revised(LATER, |_| {});
        let mut race = race(&[&corrected], Vec::new());
        let [lost] = &race.differences()[..] else { panic!() };
        assert_eq!(
            (lost.kind, &lost.about),
            (DifferenceKind::MissingAward, &events(None, Some(&entered))[0].event_id)
        );
        repair(&mut race);
        assert_eq!(kinds(&race), []);
    }

    #[test]
    fn repairs_a_lost_revocation_with_the_original_event() {
        let entered = record();
        let dnf = entered.revised(LATER, |record| record.outcome = record_with_status(Status::Dnf).outcome);
        let awarded: Vec<_> = events(None, Some(&entered)).iter().map(entry).collect();
        let lost = &events(Some(&entered), Some(&dnf))[0].event_id;
        for records in [vec![&dnf], Vec::new()] {
            let mut race = race(&records, awarded.clone());
            assert_eq!(kinds(&race), [DifferenceKind::MissingRevocation]);
            assert_eq!(&race.differences()[0].repair.as_ref().unwrap().event_id, lost);
            repair(&mut race);
            assert_eq!(kinds(&race), []);
        }
        // The revocation arrived, its award did not.
        let revoked = events(Some(&entered), Some(&dnf)).iter().map(entry).collect();
        let mut race = race(&[&dnf], revoked);
        assert_eq!(kinds(&race), [DifferenceKind::MissingAward]);
        repair(&mut race);
        assert_eq!(kinds(&race), []);
    }

    #[test]
    fn reports_unexplained_entries_without_a_repair() {
        let entered = record();
        let awarded = entry(&events(None, Some(&entered))[0]);
        let changes: [fn(&mut LedgerEntry); 3] = [
            |entry| entry.point += 1,
            |entry| entry.user_id = UserId::try_from(99).unwrap(),
            |entry| entry.event_id = "by hand".to_owned(),
        ];
        for change in changes {
            let mut entry = awarded.clone();
            change(&mut entry);
            let found = kinds(&race(&[&entered], vec![entry]));
            assert!(found.contains(&DifferenceKind::Unexplained), "{found:?}");
        }
    }

    #[test]
    fn adjustments_differ_only_by_a_pending_notification() {
        let entered = record();
        let mut adjustment = entry(&events(None, Some(&entered))[0]);
        adjustment.event_id = format!("{}:0123456789abcdef0123:adjust", entered.marathon_id);
        assert_eq!(kinds(&race(&[], vec![adjustment.clone()])), []);
        adjustment.notified = false;
        let [pending] = &race(&[], vec![adjustment.clone()]).differences()[..] else {
            panic!()
        };
        assert_eq!(pending.kind, DifferenceKind::PendingNotification);
        assert_eq!(entry(pending.repair.as_ref().unwrap()).event_id, adjustment.event_id);
    }

    #[test]
    fn does_not_revoke_points_of_an_unreadable_record() {
        let entered = record();
        let awarded = entry(&events(None, Some(&entered))[0]);
        let mut race = race(&[], vec![awarded]);
        race.unreadable.insert(entered.bib.to_string());
        assert_eq!(kinds(&race), [DifferenceKind::UnreadableRecord]);
    }
}
