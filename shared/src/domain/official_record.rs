//! Official records: what happened to a runner in a race.

use super::bib::Bib;
use super::division::{Division, Gender};
use super::field::{FieldErrors, Fields, Invalid};
use super::finish_time::FinishTime;
use super::id::RecordId;
use super::id::{MarathonId, UserId};
use super::iso_date;
use super::marathon::{Distance, Marathon, Point, RankedBy, Title};
use super::player::Player;
use super::user::PersonName;
use serde::{Deserialize, Serialize};
use std::fmt;
use time::{Date, OffsetDateTime};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Crossed the finish.
    Finished,
    /// Did not finish.
    Dnf,
    /// Did not start.
    Dns,
    /// Disqualified.
    Dsq,
}

impl TryFrom<String> for Status {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        match text.as_str() {
            "finished" => Ok(Self::Finished),
            "dnf" => Ok(Self::Dnf),
            "dns" => Ok(Self::Dns),
            "dsq" => Ok(Self::Dsq),
            _ => Err(Invalid::Choice("finished, dnf, dns, dsq")),
        }
    }
}

/// The cumulative time at a point of the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// How far from the start, in metres.
    pub distance_m: Distance,
    /// The time since the start, in ms.
    pub time_ms: FinishTime,
}

/// How a run ended, with its times: a finisher has at least one, who did not finish or start has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    status: Status,
    net_time_ms: Option<FinishTime>,
    gun_time_ms: Option<FinishTime>,
    splits: Vec<Split>,
}

impl Outcome {
    /// How the run ended.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Start mat to finish mat (chip time), in ms.
    #[must_use]
    pub const fn net_time(&self) -> Option<FinishTime> {
        self.net_time_ms
    }

    /// Starting gun to finish (clock time), in ms.
    #[must_use]
    pub const fn gun_time(&self) -> Option<FinishTime> {
        self.gun_time_ms
    }

    /// The times on the way, in the order of the course.
    #[must_use]
    pub fn splits(&self) -> &[Split] {
        &self.splits
    }

    /// The time that decides the place of a finisher; the other one when the deciding clock failed.
    #[must_use]
    pub fn ranking_time(&self, ranked_by: RankedBy) -> Option<FinishTime> {
        let (deciding, other) = match ranked_by {
            RankedBy::Net => (self.net_time_ms, self.gun_time_ms),
            RankedBy::Gun => (self.gun_time_ms, self.net_time_ms),
        };
        deciding.or(other).filter(|_| self.status == Status::Finished)
    }
}

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
            user_id: Some(player.user_id),
            name: player.name,
            gender: player.gender,
            outcome,
            point: marathon.point,
            marathon_title: marathon.title.clone(),
            held_on: marathon.held_on,
            ranked_by: marathon.ranked_by,
            entered_at: now,
        }
    }

    /// The time that decides this record's place; none unless finished.
    #[must_use]
    pub fn ranking_time(&self) -> Option<FinishTime> {
        self.outcome.ranking_time(self.ranked_by)
    }
}

/// Whose result it is, as the finish line knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runner {
    /// The runner with this bib.
    Bib(Bib),
    /// The runner with this account.
    User(UserId),
}

impl fmt::Display for Runner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bib(bib) => write!(out, "bib {bib}"),
            Self::User(user_id) => write!(out, "user_id {user_id}"),
        }
    }
}

/// A split as it arrives.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct NewSplit {
    pub distance_m: Option<i64>,
    pub time: Option<String>,
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
        let runner = match (self.bib, self.user_id) {
            (Some(bib), None) => fields.optional("bib", Some(bib), |text| text.parse().map(Runner::Bib)),
            (None, Some(id)) => fields.optional("user_id", Some(id), |id| UserId::try_from(id).map(Runner::User)),
            _ => fields.optional("bib", Some(()), |()| Err(Invalid::BibOrUser)),
        };
        let status = fields.required("status", self.status, Status::try_from);
        let gave_times = (self.net_time.is_some(), self.gun_time.is_some());
        let net_time = fields.optional("net_time", self.net_time, |text| text.parse());
        let gun_time = fields.optional("gun_time", self.gun_time, |text| text.parse());
        let splits = parse_splits(&mut fields, self.splits.unwrap_or_default(), distance);
        match status {
            Some(Status::Finished) if gave_times == (false, false) => fields.refuse("net_time", Invalid::NoTime),
            Some(Status::Dnf | Status::Dns) => {
                if gave_times.0 {
                    fields.refuse("net_time", Invalid::NotFinished);
                }
                if gave_times.1 {
                    fields.refuse("gun_time", Invalid::NotFinished);
                }
            }
            _ => {}
        }
        if net_time
            .zip(gun_time)
            .is_some_and(|(net, gun): (FinishTime, FinishTime)| net > gun)
        {
            fields.refuse("net_time", Invalid::NetAfterGun);
        }
        let finish: Option<FinishTime> = gun_time.or(net_time);
        if splits
            .last()
            .zip(finish)
            .is_some_and(|(split, finish)| split.time_ms > finish)
            || (status == Some(Status::Dns) && !splits.is_empty())
        {
            fields.refuse("splits", Invalid::Splits);
        }
        let (runner, status) = fields.finish((runner, status))?;
        Ok((
            runner,
            Outcome {
                status,
                net_time_ms: net_time,
                gun_time_ms: gun_time,
                splits,
            },
        ))
    }
}

/// At most this many splits: one for each kilometre of the longest races that are timed so.
const MOST_SPLITS: usize = 100;

fn parse_splits(fields: &mut Fields, splits: Vec<NewSplit>, distance: Distance) -> Vec<Split> {
    if splits.len() > MOST_SPLITS {
        fields.refuse(
            "splits",
            Invalid::Length {
                min: 0,
                max: MOST_SPLITS,
            },
        );
        return Vec::new();
    }
    let mut parsed: Vec<Split> = Vec::with_capacity(splits.len());
    for (index, split) in splits.into_iter().enumerate() {
        let at = fields.required(
            &format!("splits[{index}].distance_m"),
            split.distance_m,
            Distance::try_from,
        );
        let time = fields.required(&format!("splits[{index}].time"), split.time, |text| text.parse());
        let (Some(distance_m), Some(time_ms)) = (at, time) else {
            continue;
        };
        let grows = parsed
            .last()
            .is_none_or(|last| last.distance_m < distance_m && last.time_ms < time_ms);
        if grows && distance_m <= distance {
            parsed.push(Split { distance_m, time_ms });
        } else {
            fields.refuse(format!("splits[{index}]"), Invalid::Splits);
        }
    }
    parsed
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
        record.outcome.status = status;
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
        record.outcome.net_time_ms = None;
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
