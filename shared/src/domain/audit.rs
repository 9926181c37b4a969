//! Whether the ledger holds what the official records of a race are worth (invariant I2), and which event mends it
//! where it does not.

use super::award::{AwardId, awarding};
use super::bib::Bib;
use super::id::{MarathonId, UserId};
use super::marathon::Title;
use super::official_record::OfficialRecord;
use super::user::PersonName;
use crate::messages::{Action, PointEvent, Version1};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The event that it came with.
    pub event_id: String,
    /// Whose points.
    pub user_id: UserId,
    /// The number worn.
    pub bib: Bib,
    /// How many, negative when they were taken.
    pub point: i64,
    /// Whether its notice is published.
    pub told: bool,
    /// The user's public name.
    pub name: PersonName,
}

/// A race as the two stores have it.
#[derive(Debug)]
pub struct Race {
    /// The race.
    pub marathon_id: MarathonId,
    /// Its title.
    pub title: Title,
    /// Its records that can be read.
    pub records: Vec<OfficialRecord>,
    /// The bibs of those that cannot; nobody knows what they are worth.
    pub unreadable: BTreeSet<String>,
    /// The ledger's lines for it.
    pub lines: Vec<Line>,
}

/// How records, ledger and totals differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An award is not in the ledger.
    MissingAward,
    /// An award that stands no longer was not taken back.
    MissingRevocation,
    /// The notice of a line was never published.
    OwedNotice,
    /// A user's total is not the sum of the user's lines (invariant I1).
    WrongTotal,
    /// A record cannot be read, so that its lines cannot be judged.
    UnreadableRecord,
    /// A line that no event of the pipeline explains; a person has to look at it.
    Unexplained,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is.
    pub kind: Kind,
    /// The event, the user or the bib that it is about.
    pub about: String,
    /// The event that mends it. It is the one that the pipeline would have sent, so if that one is still on its way, both
    /// together count once.
    pub repair: Option<PointEvent>,
}

impl Race {
    /// Where the ledger is not what the records are worth, and whose notices are owed.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        let (mut differences, mut awards) = (Vec::new(), BTreeMap::<AwardId, Sides>::new());
        for bib in &self.unreadable {
            differences.push(difference(Kind::UnreadableRecord, bib, None));
        }
        for event in self.records.iter().filter_map(awarding) {
            if let Some((id, _)) = AwardId::parse(&event.event_id) {
                awards.entry(id).or_default().stands = Some(event);
            }
        }
        for line in &self.lines {
            match AwardId::parse(&line.event_id) {
                _ if self.unreadable.contains(line.bib.as_str()) => {}
                Some((id, Action::Award)) => awards.entry(id).or_default().given = Some(line),
                Some((id, _)) => awards.entry(id).or_default().taken = Some(line),
                None if line.is_adjustment() => {}
                None => differences.push(difference(Kind::Unexplained, &line.event_id, None)),
            }
            if !line.told {
                let event = self.event(line, &line.event_id, line.point);
                differences.push(difference(Kind::OwedNotice, &line.event_id, Some(event)));
            }
        }
        differences.extend(awards.iter().filter_map(|(id, sides)| self.judge(*id, sides)));
        differences
    }

    fn judge(&self, id: AwardId, sides: &Sides) -> Option<Difference> {
        let counterpart = |line: &Line, action| self.event(line, &id.event_id(action), -line.point);
        match (&sides.stands, sides.given, sides.taken) {
            (Some(event), Some(given), None) if (event.user_id, event.point) == (given.user_id, given.point) => None,
            (None, Some(given), Some(taken)) if (given.user_id, given.point) == (taken.user_id, -taken.point) => None,
            (Some(event), None, None) => Some(difference(Kind::MissingAward, &event.event_id, Some(event.clone()))),
            (None, Some(given), None) => {
                let event = counterpart(given, Action::Revoke);
                Some(difference(Kind::MissingRevocation, &given.event_id, Some(event)))
            }
            (None, None, Some(taken)) => {
                let event = counterpart(taken, Action::Award);
                Some(difference(Kind::MissingAward, &event.event_id.clone(), Some(event)))
            }
            (_, given, taken) => given
                .or(taken)
                .map(|line| difference(Kind::Unexplained, &line.event_id, None)),
        }
    }

    /// An event that is known from a line of the ledger.
    fn event(&self, line: &Line, event_id: &str, point: i64) -> PointEvent {
        let action = AwardId::parse(event_id).map_or(Action::Adjust, |(_, action)| action);
        PointEvent {
            version: Version1,
            event_id: event_id.to_owned(),
            action,
            user_id: line.user_id,
            point,
            reason: None,
            marathon_id: self.marathon_id,
            marathon_title: self.title.clone(),
            bib: line.bib.clone(),
            name: line.name.clone(),
            time_ms: None,
            occurred_at: None,
        }
    }
}

impl Line {
    fn is_adjustment(&self) -> bool {
        let action = self.event_id.rsplit(':').next();
        action == Some(Action::Adjust.as_str())
    }
}

/// What is known of one award: from the record that it stands for, and from the ledger's lines that gave it and took it
/// back.
#[derive(Default)]
struct Sides<'a> {
    stands: Option<PointEvent>,
    given: Option<&'a Line>,
    taken: Option<&'a Line>,
}

fn difference(kind: Kind, about: &str, repair: Option<PointEvent>) -> Difference {
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

    fn line(event: &PointEvent) -> Line {
        Line {
            event_id: event.event_id.clone(),
            user_id: event.user_id,
            bib: event.bib.clone(),
            point: event.point,
            told: true,
            name: event.name.clone(),
        }
    }

    fn race(records: &[&OfficialRecord], lines: Vec<Line>) -> Race {
        let record = record();
        Race {
            marathon_id: record.marathon_id,
            title: record.marathon_title,
            records: records.iter().map(|record| (*record).clone()).collect(),
            unreadable: BTreeSet::new(),
            lines,
        }
    }

    fn kinds(race: &Race) -> Vec<Kind> {
        race.differences().iter().map(|difference| difference.kind).collect()
    }

    /// The ledger after the repairs that a race asks for.
    fn repaired(race: &mut Race) {
        let repairs: Vec<_> = race.differences().into_iter().filter_map(|d| d.repair).collect();
        race.lines.extend(repairs.iter().map(line));
    }

    #[test]
    fn a_ledger_that_followed_every_change_has_no_differences() {
        let entered = record();
        let corrected = entered.revised(LATER, |_| {});
        let dnf = corrected.revised(LATER, |record| record.outcome = record_with_status(Status::Dnf).outcome);
        let all = [
            events(None, Some(&entered)),
            events(Some(&entered), Some(&corrected)),
            events(Some(&corrected), Some(&dnf)),
        ];
        let lines = all.concat().iter().map(line).collect();
        assert_eq!(kinds(&race(&[&dnf], lines)), []);
    }

    #[test]
    fn a_lost_award_is_the_event_that_the_pipeline_sent() {
        let entered = record();
        let corrected = entered.revised(LATER, |_| {});
        let mut race = race(&[&corrected], Vec::new());
        let [lost] = &race.differences()[..] else { panic!() };
        assert_eq!(
            (lost.kind, &lost.about),
            (Kind::MissingAward, &events(None, Some(&entered))[0].event_id)
        );
        repaired(&mut race);
        assert_eq!(kinds(&race), []);
    }

    #[test]
    fn a_lost_revocation_is_the_event_that_the_pipeline_sent() {
        let entered = record();
        let dnf = entered.revised(LATER, |record| record.outcome = record_with_status(Status::Dnf).outcome);
        let given: Vec<_> = events(None, Some(&entered)).iter().map(line).collect();
        let lost = &events(Some(&entered), Some(&dnf))[0].event_id;
        for records in [vec![&dnf], Vec::new()] {
            let mut race = race(&records, given.clone());
            assert_eq!(kinds(&race), [Kind::MissingRevocation]);
            assert_eq!(&race.differences()[0].repair.as_ref().unwrap().event_id, lost);
            repaired(&mut race);
            assert_eq!(kinds(&race), []);
        }
        // The revocation came, and the award it takes back did not.
        let taken = events(Some(&entered), Some(&dnf)).iter().map(line).collect();
        let mut race = race(&[&dnf], taken);
        assert_eq!(kinds(&race), [Kind::MissingAward]);
        repaired(&mut race);
        assert_eq!(kinds(&race), []);
    }

    #[test]
    fn what_is_no_event_of_the_pipeline_is_for_a_person() {
        let entered = record();
        let given = line(&events(None, Some(&entered))[0]);
        let changes: [fn(&mut Line); 3] = [
            |line| line.point += 1,
            |line| line.user_id = UserId::try_from(99).unwrap(),
            |line| line.event_id = "by hand".to_owned(),
        ];
        for change in changes {
            let mut line = given.clone();
            change(&mut line);
            let found = kinds(&race(&[&entered], vec![line]));
            assert!(found.contains(&Kind::Unexplained), "{found:?}");
        }
    }

    #[test]
    fn adjustments_are_no_awards_and_their_notices_may_be_owed() {
        let entered = record();
        let mut adjustment = line(&events(None, Some(&entered))[0]);
        adjustment.event_id = format!("{}:0123456789abcdef0123:adjust", entered.marathon_id);
        assert_eq!(kinds(&race(&[], vec![adjustment.clone()])), []);
        adjustment.told = false;
        let [owed] = &race(&[], vec![adjustment.clone()]).differences()[..] else {
            panic!()
        };
        assert_eq!(owed.kind, Kind::OwedNotice);
        assert_eq!(line(owed.repair.as_ref().unwrap()).event_id, adjustment.event_id);
    }

    #[test]
    fn nothing_is_taken_back_for_a_record_that_cannot_be_read() {
        let entered = record();
        let given = line(&events(None, Some(&entered))[0]);
        let mut race = race(&[], vec![given]);
        race.unreadable.insert(entered.bib.to_string());
        assert_eq!(kinds(&race), [Kind::UnreadableRecord]);
    }
}
