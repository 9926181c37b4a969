//! How a run ended, with its times.

use super::field::{FieldErrors, Fields, Invalid};
use super::finish_time::FinishTime;
use super::marathon::{Distance, RankedBy};
use serde::{Deserialize, Serialize};

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
    /// The same run with another ending, for the tests of other rules.
    #[cfg(test)]
    pub(super) fn with_status(&self, status: Status) -> Self {
        Self { status, ..self.clone() }
    }

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

/// A split as it arrives.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct NewSplit {
    pub distance_m: Option<i64>,
    pub time: Option<String>,
}

/// An outcome as it arrives.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct NewOutcome {
    pub status: Option<String>,
    pub net_time: Option<String>,
    pub gun_time: Option<String>,
    pub splits: Option<Vec<NewSplit>>,
}

impl NewOutcome {
    /// How the run ended, over a race's `distance`.
    ///
    /// # Errors
    /// [`FieldErrors`] that names every refused field.
    pub fn parse(self, distance: Distance) -> Result<Outcome, FieldErrors> {
        let mut fields = Fields::default();
        let outcome = self.parse_into(&mut fields, distance);
        fields.finish((outcome,)).map(|(outcome,)| outcome)
    }

    /// How the run ended; none when `fields` was told what is wrong.
    pub(super) fn parse_into(self, fields: &mut Fields, distance: Distance) -> Option<Outcome> {
        let status = fields.required("status", self.status, Status::try_from);
        let gave_times = (self.net_time.is_some(), self.gun_time.is_some());
        let net_time = fields.optional("net_time", self.net_time, |text| text.parse());
        let gun_time = fields.optional("gun_time", self.gun_time, |text| text.parse());
        let splits = parse_splits(fields, self.splits.unwrap_or_default(), distance);
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
        Some(Outcome {
            status: status?,
            net_time_ms: net_time,
            gun_time_ms: gun_time,
            splits,
        })
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
