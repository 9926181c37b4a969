//! Official records: the results of a race.

use super::bib::Bib;
use super::division::{Division, Gender};
use super::field::{FieldErrors, Fields};
use super::finish_time::FinishTime;
use super::id::RecordId;
use super::id::{MarathonId, UserId};
use super::iso_date;
use super::marathon::{Distance, Marathon, Point, RankedBy, Title};
use super::outcome::{Outcome, OutcomeInput, SplitInput, Status};
use super::player::{Player, PlayerRef};
use super::user::PersonName;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficialRecord {
    pub marathon_id: MarathonId,
    /// Unique within the race.
    pub bib: Bib,
    /// A record that is deleted and entered again has a new id.
    pub record_id: RecordId,
    /// 1 when entered, incremented by every correction.
    pub revision: u32,
    /// The revision that its award started with; records stored without one use `revision`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    award_revision: Option<u32>,
    /// None for a runner without an account.
    pub user_id: Option<UserId>,
    /// Copied from the player when the record is entered, like gender and division.
    pub name: PersonName,
    pub gender: Option<Gender>,
    pub division: Option<Division>,
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Copied from the race when the record is entered, like the fields below.
    pub point: Point,
    pub marathon_title: Title,
    #[serde(with = "iso_date")]
    pub held_on: Date,
    pub ranked_by: RankedBy,
    #[serde(with = "time::serde::rfc3339")]
    pub entered_at: OffsetDateTime,
    /// The time of this revision.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    pub revised_at: Option<OffsetDateTime>,
}

/// The points that a record's user has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Award {
    pub user_id: UserId,
    /// At least one.
    pub point: Point,
}

impl OfficialRecord {
    /// The first revision of a player's record.
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

    /// The next revision, changed by `change`.
    #[must_use]
    pub fn revised(&self, now: OffsetDateTime, change: impl FnOnce(&mut Self)) -> Self {
        let mut next = self.clone();
        change(&mut next);
        next.revision = self.revision + 1;
        next.revised_at = Some(now);
        let has_same_award = self.award() == next.award();
        next.award_revision = Some(if has_same_award {
            self.award_revision()
        } else {
            next.revision
        });
        next
    }

    /// The race's points if the record is finished and has a user, otherwise none (invariant I2).
    #[must_use]
    pub fn award(&self) -> Option<Award> {
        let earned = self.outcome.status() == Status::Finished && self.point.get() > 0;
        self.user_id.filter(|_| earned).map(|user_id| Award {
            user_id,
            point: self.point,
        })
    }

    /// The revision that its award started with. It is part of the award's event ids, so that corrections that leave the
    /// award as it is do not change them.
    #[must_use]
    pub fn award_revision(&self) -> u32 {
        self.award_revision.unwrap_or(self.revision)
    }

    /// The time that ranks the record; none unless finished.
    #[must_use]
    pub fn ranking_time(&self) -> Option<FinishTime> {
        self.outcome.ranking_time(self.ranked_by)
    }
}

/// The body of a create request.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficialRecordInput {
    pub bib: Option<String>,
    pub user_id: Option<i64>,
    pub status: Option<String>,
    pub net_time: Option<String>,
    pub gun_time: Option<String>,
    pub splits: Option<Vec<SplitInput>>,
}

impl OfficialRecordInput {
    pub fn parse(self, distance: Distance) -> Result<(PlayerRef, Outcome), FieldErrors> {
        let mut fields = Fields::default();
        let player = PlayerRef::parse(&mut fields, self.bib, self.user_id);
        let outcome = OutcomeInput {
            status: self.status,
            net_time: self.net_time,
            gun_time: self.gun_time,
            splits: self.splits,
        };
        let outcome = outcome.parse_into(&mut fields, distance);
        fields.finish((player, outcome))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::marathon::tests::marathon;
    use super::*;

    fn finished() -> OfficialRecordInput {
        OfficialRecordInput {
            bib: Some("f3".into()),
            status: Some("finished".into()),
            net_time: Some("1:18:25".into()),
            gun_time: Some("1:18:27".into()),
            ..OfficialRecordInput::default()
        }
    }

    fn split(distance_m: i64, time: &str) -> SplitInput {
        SplitInput {
            distance_m: Some(distance_m),
            time: Some(time.into()),
        }
    }

    fn rejected(new: OfficialRecordInput) -> Vec<String> {
        let FieldErrors(errors) = new.parse(Distance::MARATHON).unwrap_err();
        errors.into_iter().map(|error| error.field).collect()
    }

    /// A finisher's record for tests of other modules.
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

    pub(crate) fn record_with_status(status: Status) -> OfficialRecord {
        let mut record = record();
        record.outcome = record.outcome.with_status(status);
        record
    }

    #[test]
    fn a_finisher_needs_a_time() {
        let (player, outcome) = finished().parse(Distance::MARATHON).unwrap();
        assert_eq!(player, PlayerRef::Bib("F3".parse().unwrap()));
        assert_eq!(outcome.net_time().unwrap().ms(), 4_705_000);
        let no_time = OfficialRecordInput {
            net_time: None,
            gun_time: None,
            ..finished()
        };
        assert_eq!(rejected(no_time), ["net_time"]);
    }

    #[test]
    fn rejects_times_without_a_finish() {
        let dnf = OfficialRecordInput {
            status: Some("dnf".into()),
            ..finished()
        };
        assert_eq!(rejected(dnf), ["net_time", "gun_time"]);
        let dnf = OfficialRecordInput {
            bib: Some("1".into()),
            status: Some("dnf".into()),
            ..Default::default()
        };
        assert!(dnf.parse(Distance::MARATHON).is_ok());
    }

    #[test]
    fn rejects_a_net_time_above_the_gun_time() {
        assert_eq!(
            rejected(OfficialRecordInput {
                gun_time: Some("1:18:24".into()),
                ..finished()
            }),
            ["net_time"]
        );
    }

    #[test]
    fn needs_exactly_one_of_bib_and_user_id() {
        assert_eq!(
            rejected(OfficialRecordInput {
                bib: None,
                ..finished()
            }),
            ["bib"]
        );
        assert_eq!(
            rejected(OfficialRecordInput {
                user_id: Some(1),
                ..finished()
            }),
            ["bib"]
        );
        assert_eq!(
            rejected(OfficialRecordInput {
                bib: None,
                user_id: Some(0),
                ..finished()
            }),
            ["user_id"]
        );
    }

    #[test]
    fn splits_must_increase_within_the_race() {
        let with = |splits| OfficialRecordInput {
            splits: Some(splits),
            ..finished()
        };
        assert!(
            with(vec![split(5_000, "0:18:00"), split(10_000, "0:36:30")])
                .parse(Distance::MARATHON)
                .is_ok()
        );
        assert_eq!(
            rejected(with(vec![split(10_000, "0:36:30"), split(5_000, "0:37:00")])),
            ["splits[1]"]
        );
        assert_eq!(rejected(with(vec![split(50_000, "0:36:30")])), ["splits[0]"]);
        assert_eq!(rejected(with(vec![split(5_000, "1:18:28")])), ["splits"]);
        assert_eq!(
            rejected(with(vec![SplitInput {
                distance_m: None,
                time: Some("x".into())
            }])),
            ["splits[0].distance_m", "splits[0].time"]
        );
    }

    #[test]
    fn ranks_by_the_other_time_if_the_ranking_time_is_missing() {
        let mut record = record();
        assert_eq!(record.ranking_time(), record.outcome.net_time());
        record.outcome = OutcomeInput {
            status: Some("finished".into()),
            gun_time: Some("1:18:27".into()),
            ..OutcomeInput::default()
        }
        .parse(Distance::MARATHON)
        .unwrap();
        assert_eq!(record.ranking_time(), record.outcome.gun_time());
        assert_eq!(record_with_status(Status::Dsq).ranking_time(), None);
    }

    #[test]
    fn serialization_round_trips() {
        let record = record();
        let stored = serde_json::to_value(&record).unwrap();
        assert_eq!(stored["net_time_ms"], 4_705_000);
        assert_eq!(serde_json::from_value::<OfficialRecord>(stored).unwrap(), record);
    }
}
