use crate::domain::id::RecordId;
use crate::domain::iso_date;
use crate::domain::marathon::{Distance, Title};
use crate::domain::non_official_record::{Memo, NonOfficialRecord};
use serde::Serialize;
use time::Date;

#[derive(Debug, Serialize)]
pub struct NonOfficialRecordView {
    pub record_id: RecordId,
    pub title: Title,
    #[serde(with = "iso_date")]
    pub ran_on: Date,
    pub distance_m: Distance,
    pub time: String,
    pub memo: Option<Memo>,
    pub revision: u32,
}

impl From<NonOfficialRecord> for NonOfficialRecordView {
    fn from(record: NonOfficialRecord) -> Self {
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
