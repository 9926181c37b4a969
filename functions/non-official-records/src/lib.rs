//! Runners' own records, as the API shows them.

use serde::Serialize;
use shared::domain::id::RecordId;
use shared::domain::marathon::{Distance, Title};
use shared::domain::own_record::{Memo, OwnRecord};
use shared::http::Problem;
use shared::text::Text;
use time::Date;

/// A run; its time is text (`H:MM:SS[.mmm]`).
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct OwnRecordView {
    pub record_id: RecordId,
    pub title: Title,
    #[serde(with = "shared::domain::iso_date")]
    pub ran_on: Date,
    pub distance_m: Distance,
    pub time: String,
    pub memo: Option<Memo>,
    pub revision: u32,
}

impl From<OwnRecord> for OwnRecordView {
    fn from(record: OwnRecord) -> Self {
        Self {
            record_id: record.record_id,
            title: record.title,
            ran_on: record.ran_on,
            distance_m: record.distance_m,
            time: record.time_ms.to_string(),
            memo: record.memo,
            revision: record.revision,
        }
    }
}

/// The runner keeps no such run.
#[must_use]
pub fn no_such_run(id: RecordId) -> Problem {
    Problem::NotFound(Text::new(
        format!("기록 {id}을(를) 찾을 수 없습니다."),
        format!("There is no record {id}."),
    ))
}
