//! Non-official records: runs that runners record for themselves.

use super::field::{FieldErrors, Fields, Invalid};
use super::finish_time::FinishTime;
use super::id::{RecordId, UserId};
use super::iso_date;
use super::marathon::{Distance, Title};
use super::newtype::one_line;
use serde::{Deserialize, Serialize};
use time::Date;

one_line! {
    /// A runner's note about a run.
    Memo(0..=500)
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonOfficialRecord {
    pub user_id: UserId,
    /// Sorts by the time of creation.
    pub record_id: RecordId,
    /// 1 when created, incremented by every change.
    pub revision: u32,
    pub title: Title,
    #[serde(with = "iso_date")]
    pub ran_on: Date,
    pub distance_m: Distance,
    pub time_ms: FinishTime,
    pub memo: Option<Memo>,
}

/// The body of a create or update request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NonOfficialRecordInput {
    pub title: Option<String>,
    pub ran_on: Option<String>,
    pub distance_m: Option<i64>,
    pub time: Option<String>,
    pub memo: Option<String>,
}

impl NonOfficialRecordInput {
    /// The run may be on the day after `today`, which is already today in other time zones.
    pub fn parse(
        self,
        user_id: UserId,
        record_id: RecordId,
        revision: u32,
        today: Date,
    ) -> Result<NonOfficialRecord, FieldErrors> {
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
        Ok(NonOfficialRecord {
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

    fn parse(ran_on: &str, time: &str) -> Result<NonOfficialRecord, FieldErrors> {
        let new = NonOfficialRecordInput {
            title: Some("한강 10K".into()),
            ran_on: Some(ran_on.into()),
            distance_m: Some(10_000),
            time: Some(time.into()),
            memo: None,
        };
        new.parse(UserId::try_from(1).unwrap(), RecordId::new(), 1, date!(2026 - 11 - 23))
    }

    #[test]
    fn rejects_a_run_in_the_future() {
        assert!(parse("2026-11-24", "0:48:25").is_ok());
        assert_eq!(
            parse("2026-11-25", "0:48:25"),
            Err(FieldErrors::one("ran_on", Invalid::Date))
        );
        assert!(parse("2026-02-29", "48:25").is_err_and(|errors| errors.0.len() == 2));
    }
}
