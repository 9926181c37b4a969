//! The outcome of a run: status, times and splits.

use super::field::{FieldErrors, Fields, Invalid};
use super::finish_time::FinishTime;
use super::marathon::{Distance, RankedBy};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
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

/// A cumulative time at a point of the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    pub distance_m: Distance,
    pub time_ms: FinishTime,
}

/// A finisher has a net time, a gun time or both; DNF and DNS have neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    status: Status,
    net_time_ms: Option<FinishTime>,
    gun_time_ms: Option<FinishTime>,
    splits: Vec<Split>,
}

impl Outcome {
    /// For tests of other modules.
    #[cfg(test)]
    pub(super) fn with_status(&self, status: Status) -> Self {
        Self { status, ..self.clone() }
    }

    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Chip time: start mat to finish mat.
    #[must_use]
    pub const fn net_time(&self) -> Option<FinishTime> {
        self.net_time_ms
    }

    /// Clock time: starting gun to finish.
    #[must_use]
    pub const fn gun_time(&self) -> Option<FinishTime> {
        self.gun_time_ms
    }

    /// In the order of the course.
    #[must_use]
    pub fn splits(&self) -> &[Split] {
        &self.splits
    }

    /// The time that ranks a finisher; the other one if that time is missing.
    #[must_use]
    pub fn ranking_time(&self, ranked_by: RankedBy) -> Option<FinishTime> {
        let (ranking, other) = match ranked_by {
            RankedBy::Net => (self.net_time_ms, self.gun_time_ms),
            RankedBy::Gun => (self.gun_time_ms, self.net_time_ms),
        };
        ranking.or(other).filter(|_| self.status == Status::Finished)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitInput {
    pub distance_m: Option<i64>,
    pub time: Option<String>,
}

/// The body of a correction.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeInput {
    pub status: Option<String>,
    pub net_time: Option<String>,
    pub gun_time: Option<String>,
    pub splits: Option<Vec<SplitInput>>,
}

impl OutcomeInput {
    pub fn parse(self, distance: Distance) -> Result<Outcome, FieldErrors> {
        let mut fields = Fields::default();
        let outcome = self.parse_into(&mut fields, distance);
        fields.finish((outcome,)).map(|(outcome,)| outcome)
    }

    /// None if an error was added to `fields`.
    pub(super) fn parse_into(self, fields: &mut Fields, distance: Distance) -> Option<Outcome> {
        let status = fields.required("status", self.status, Status::try_from);
        let (has_net_time, has_gun_time) = (self.net_time.is_some(), self.gun_time.is_some());
        let net_time = fields.optional("net_time", self.net_time, |text| text.parse());
        let gun_time = fields.optional("gun_time", self.gun_time, |text| text.parse());
        let splits = parse_splits(fields, self.splits.unwrap_or_default(), distance);
        match status {
            Some(Status::Finished) if !has_net_time && !has_gun_time => fields.reject("net_time", Invalid::NoTime),
            Some(Status::Dnf | Status::Dns) => {
                if has_net_time {
                    fields.reject("net_time", Invalid::NotFinished);
                }
                if has_gun_time {
                    fields.reject("gun_time", Invalid::NotFinished);
                }
            }
            _ => {}
        }
        if net_time
            .zip(gun_time)
            .is_some_and(|(net, gun): (FinishTime, FinishTime)| net > gun)
        {
            fields.reject("net_time", Invalid::NetAfterGun);
        }
        let finish: Option<FinishTime> = gun_time.or(net_time);
        if splits
            .last()
            .zip(finish)
            .is_some_and(|(split, finish)| split.time_ms > finish)
            || (status == Some(Status::Dns) && !splits.is_empty())
        {
            fields.reject("splits", Invalid::Splits);
        }
        Some(Outcome {
            status: status?,
            net_time_ms: net_time,
            gun_time_ms: gun_time,
            splits,
        })
    }
}

/// One for each kilometre of 100 km.
const MAX_SPLITS: usize = 100;

fn parse_splits(fields: &mut Fields, splits: Vec<SplitInput>, distance: Distance) -> Vec<Split> {
    if splits.len() > MAX_SPLITS {
        fields.reject(
            "splits",
            Invalid::Length {
                min: 0,
                max: MAX_SPLITS,
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
        let increases = parsed
            .last()
            .is_none_or(|last| last.distance_m < distance_m && last.time_ms < time_ms);
        if increases && distance_m <= distance {
            parsed.push(Split { distance_m, time_ms });
        } else {
            fields.reject(format!("splits[{index}]"), Invalid::Splits);
        }
    }
    parsed
}
