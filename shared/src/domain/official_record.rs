//! Official records: what happened to a runner in a race.

use super::bib::Bib;
use super::division::{Division, Gender};
use super::field::{FieldErrors, Fields};
use super::finish_time::FinishTime;
use super::id::RecordId;
use super::id::{MarathonId, UserId};
use super::iso_date;
use super::marathon::{Distance, Marathon, Point, RankedBy, Title};
use super::outcome::{NewOutcome, NewSplit, Outcome, Status};
use super::player::{Player, Runner};
use super::user::PersonName;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

/// An official record of a race.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficialRecord {
    /// The race.
    pub marathon_id: MarathonId,
    /// The number worn, unique within the race.
    pub bib: Bib,
    /// This record, as long as it is not deleted.
    pub record_id: RecordId,
    /// 1 when entered, one more with every correction.
    pub revision: u32,
    /// The revision since which it is worth what it is worth; a record that was stored without it is taken to be worth
    /// it since its last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    award_revision: Option<u32>,
    /// Whose it is; a runner without an account has none yet.
    pub user_id: Option<UserId>,
    /// The runner's public name when it was written.
    pub name: PersonName,
    /// The runner's gender when it was written.
    pub gender: Option<Gender>,
    /// The runner's age group when it was written.
    pub division: Option<Division>,
    /// How the run ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The race's points when it was written.
    pub point: Point,
    /// The race's title when it was written.
    pub marathon_title: Title,
    /// Race day when it was written.
    #[serde(with = "iso_date")]
    pub held_on: Date,
    /// Which time decides the place.
    pub ranked_by: RankedBy,
    /// When it was first entered.
    #[serde(with = "time::serde::rfc3339")]
    pub entered_at: OffsetDateTime,
    /// When this revision was.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    pub revised_at: Option<OffsetDateTime>,
}

/// The points a record's owner has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Award {
    /// The owner.
    pub user_id: UserId,
    /// How many points, at least one.
    pub point: Point,
}

impl OfficialRecord {
    /// The first revision of a player's record, with what the player and the race are now.
    #[must_use]
    pub fn enter(marathon: &Marathon, player: Player, outcome: Outcome, id: RecordId, now: OffsetDateTime) -> Self {
        Self {
            marathon_id: marathon.marathon_id,
            division: player.division(marathon.held_on),
            bib: player.bib,
            record_id: id,
            revision: 1,
            award_revision: Some(1),
            user_id: Some(player.user_id),
            name: player.name,
            gender: player.gender,
            outcome,
            point: marathon.point,
            marathon_title: marathon.title.clone(),
            held_on: marathon.held_on,
            ranked_by: marathon.ranked_by,
            entered_at: now,
            revised_at: Some(now),
        }
    }

    /// The next revision of this record: what `change` makes of it, all else as it was when it was entered.
    #[must_use]
    pub fn revised(&self, now: OffsetDateTime, change: impl FnOnce(&mut Self)) -> Self {
        let mut next = self.clone();
        change(&mut next);
        next.revision = self.revision + 1;
        next.revised_at = Some(now);
        let is_worth_the_same = self.award() == next.award();
        next.award_revision = Some(if is_worth_the_same {
            self.award_revision()
        } else {
            next.revision
        });
        next
    }

    /// The points its owner has for it: those of the race if the run is finished and somebody owns it, else none.
    #[must_use]
    pub fn award(&self) -> Option<Award> {
        let earned = self.outcome.status() == Status::Finished && self.point.get() > 0;
        self.user_id.filter(|_| earned).map(|user_id| Award {
            user_id,
            point: self.point,
        })
    }

    /// The revision since which it is worth what it is worth: the one that its award is named after, so that each award
    /// has one name and its revocation another, whatever else is corrected between them.
    #[must_use]
    pub fn award_revision(&self) -> u32 {
        self.award_revision.unwrap_or(self.revision)
    }

    /// The time that decides this record's place; none unless finished.
    #[must_use]
    pub fn ranking_time(&self) -> Option<FinishTime> {
        self.outcome.ranking_time(self.ranked_by)
    }
}

/// A record as it arrives.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct NewOfficialRecord {
    pub bib: Option<String>,
    pub user_id: Option<i64>,
    pub status: Option<String>,
    pub net_time: Option<String>,
    pub gun_time: Option<String>,
    pub splits: Option<Vec<NewSplit>>,
}

impl NewOfficialRecord {
    /// Whose result this is and how the run ended, over a race's `distance`.
    ///
    /// # Errors
    /// [`FieldErrors`] that names every refused field.
    pub fn parse(self, distance: Distance) -> Result<(Runner, Outcome), FieldErrors> {
        let mut fields = Fields::default();
        let runner = Runner::parse(&mut fields, self.bib, self.user_id);
        let outcome = NewOutcome {
            status: self.status,
            net_time: self.net_time,
            gun_time: self.gun_time,
            splits: self.splits,
        };
        let outcome = outcome.parse_into(&mut fields, distance);
        fields.finish((runner, outcome))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::marathon::tests::marathon;
    use super::*;

    fn finished() -> NewOfficialRecord {
        NewOfficialRecord {
            bib: Some("f3".into()),
            status: Some("finished".into()),
            net_time: Some("1:18:25".into()),
            gun_time: Some("1:18:27".into()),
            ..NewOfficialRecord::default()
        }
    }

    fn split(distance_m: i64, time: &str) -> NewSplit {
        NewSplit {
            distance_m: Some(distance_m),
            time: Some(time.into()),
        }
    }

    fn refused(new: NewOfficialRecord) -> Vec<String> {
        let FieldErrors(errors) = new.parse(Distance::MARATHON).unwrap_err();
        errors.into_iter().map(|error| error.field).collect()
    }

    /// A finisher's record for the tests of other rules.
    pub(crate) fn record() -> OfficialRecord {
        let marathon = marathon();
        let (_, outcome) = finished().parse(Distance::MARATHON).unwrap();
        let player = Player {
            marathon_id: marathon.marathon_id,
            user_id: UserId::try_from(7).unwrap(),
            name: PersonName::try_from("김달리기".to_owned()).unwrap(),
            bib: "F3".parse().unwrap(),
            gender: Some(Gender::F),
            birth_date: Some(time::macros::date!(1990 - 01 - 01)),
            held_on: marathon.held_on,
            applied_at: OffsetDateTime::UNIX_EPOCH,
            record_id: None,
        };
        OfficialRecord::enter(&marathon, player, outcome, RecordId::new(), OffsetDateTime::UNIX_EPOCH)
    }

    /// That record with another outcome.
    pub(crate) fn record_with_status(status: Status) -> OfficialRecord {
        let mut record = record();
        record.outcome = record.outcome.with_status(status);
        record
    }

    #[test]
    fn a_finisher_has_times() {
        let (runner, outcome) = finished().parse(Distance::MARATHON).unwrap();
        assert_eq!(runner, Runner::Bib("F3".parse().unwrap()));
        assert_eq!(outcome.net_time().unwrap().ms(), 4_705_000);
        let no_time = NewOfficialRecord {
            net_time: None,
            gun_time: None,
            ..finished()
        };
        assert_eq!(refused(no_time), ["net_time"]);
    }

    #[test]
    fn who_did_not_finish_has_none() {
        let dnf = NewOfficialRecord {
            status: Some("dnf".into()),
            ..finished()
        };
        assert_eq!(refused(dnf), ["net_time", "gun_time"]);
        let dnf = NewOfficialRecord {
            bib: Some("1".into()),
            status: Some("dnf".into()),
            ..Default::default()
        };
        assert!(dnf.parse(Distance::MARATHON).is_ok());
    }

    #[test]
    fn net_time_is_within_gun_time() {
        assert_eq!(
            refused(NewOfficialRecord {
                gun_time: Some("1:18:24".into()),
                ..finished()
            }),
            ["net_time"]
        );
    }

    #[test]
    fn exactly_one_of_bib_and_user_is_given() {
        assert_eq!(
            refused(NewOfficialRecord {
                bib: None,
                ..finished()
            }),
            ["bib"]
        );
        assert_eq!(
            refused(NewOfficialRecord {
                user_id: Some(1),
                ..finished()
            }),
            ["bib"]
        );
        assert_eq!(
            refused(NewOfficialRecord {
                bib: None,
                user_id: Some(0),
                ..finished()
            }),
            ["user_id"]
        );
    }

    #[test]
    fn splits_grow_within_the_race() {
        let with = |splits| NewOfficialRecord {
            splits: Some(splits),
            ..finished()
        };
        assert!(
            with(vec![split(5_000, "0:18:00"), split(10_000, "0:36:30")])
                .parse(Distance::MARATHON)
                .is_ok()
        );
        assert_eq!(
            refused(with(vec![split(10_000, "0:36:30"), split(5_000, "0:37:00")])),
            ["splits[1]"]
        );
        assert_eq!(refused(with(vec![split(50_000, "0:36:30")])), ["splits[0]"]);
        assert_eq!(refused(with(vec![split(5_000, "1:18:28")])), ["splits"]);
        assert_eq!(
            refused(with(vec![NewSplit {
                distance_m: None,
                time: Some("x".into())
            }])),
            ["splits[0].distance_m", "splits[0].time"]
        );
    }

    #[test]
    fn the_other_clock_decides_when_the_deciding_one_failed() {
        let mut record = record();
        assert_eq!(record.ranking_time(), record.outcome.net_time());
        record.outcome = NewOutcome {
            status: Some("finished".into()),
            gun_time: Some("1:18:27".into()),
            ..NewOutcome::default()
        }
        .parse(Distance::MARATHON)
        .unwrap();
        assert_eq!(record.ranking_time(), record.outcome.gun_time());
        assert_eq!(record_with_status(Status::Dsq).ranking_time(), None);
    }

    #[test]
    fn a_record_survives_its_store_format() {
        let record = record();
        let stored = serde_json::to_value(&record).unwrap();
        assert_eq!(stored["net_time_ms"], 4_705_000);
        assert_eq!(serde_json::from_value::<OfficialRecord>(stored).unwrap(), record);
    }
}
