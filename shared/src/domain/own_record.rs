//! Unofficial records: what runners keep for themselves.

use super::field::{FieldErrors, Fields, Invalid};
use super::finish_time::FinishTime;
use super::id::{RecordId, UserId};
use super::iso_date;
use super::marathon::{Distance, Title};
use super::newtype::one_line;
use serde::{Deserialize, Serialize};
use time::Date;

one_line! {
    /// What a runner notes about a run.
    Memo(0..=500)
}

/// A run that a runner keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnRecord {
    /// Whose it is.
    pub user_id: UserId,
    /// Its identifier; records sort by the time they were kept.
    pub record_id: RecordId,
    /// 1 when kept, one more with every change.
    pub revision: u32,
    /// What it was.
    pub title: Title,
    /// The day of the run.
    #[serde(with = "iso_date")]
    pub ran_on: Date,
    /// How far.
    pub distance_m: Distance,
    /// How long, in ms.
    pub time_ms: FinishTime,
    /// What the runner noted.
    pub memo: Option<Memo>,
}

/// A run as it arrives.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct NewOwnRecord {
    pub title: Option<String>,
    pub ran_on: Option<String>,
    pub distance_m: Option<i64>,
    pub time: Option<String>,
    pub memo: Option<String>,
}

impl NewOwnRecord {
    /// The record this asks for, on or before the day after `today`, which may be today elsewhere.
    ///
    /// # Errors
    /// [`FieldErrors`] that names every refused field.
    pub fn parse(
        self,
        user_id: UserId,
        record_id: RecordId,
        revision: u32,
        today: Date,
    ) -> Result<OwnRecord, FieldErrors> {
        let latest = today.next_day().unwrap_or(today);
        let mut fields = Fields::default();
        let title = fields.required("title", self.title, Title::try_from);
        let ran_on = fields.required("ran_on", self.ran_on, |text| match iso_date::parse(&text)? {
            day if day <= latest => Ok(day),
            _ => Err(Invalid::Date),
        });
        let distance_m = fields.required("distance_m", self.distance_m, Distance::try_from);
        let time_ms = fields.required("time", self.time, |text| text.parse());
        let memo = fields.optional("memo", self.memo, Memo::try_from);
        let (title, ran_on, distance_m, time_ms) = fields.finish((title, ran_on, distance_m, time_ms))?;
        Ok(OwnRecord {
            user_id,
            record_id,
            revision,
            title,
            ran_on,
            distance_m,
            time_ms,
            memo,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn parse(ran_on: &str, time: &str) -> Result<OwnRecord, FieldErrors> {
        let new = NewOwnRecord {
            title: Some("한강 10K".into()),
            ran_on: Some(ran_on.into()),
            distance_m: Some(10_000),
            time: Some(time.into()),
            memo: None,
        };
        new.parse(UserId::try_from(1).unwrap(), RecordId::new(), 1, date!(2026 - 11 - 23))
    }

    #[test]
    fn a_run_is_not_in_the_future() {
        assert!(parse("2026-11-24", "0:48:25").is_ok());
        assert_eq!(
            parse("2026-11-25", "0:48:25"),
            Err(FieldErrors::one("ran_on", Invalid::Date))
        );
        assert!(parse("2026-02-29", "48:25").is_err_and(|errors| errors.0.len() == 2));
    }
}
