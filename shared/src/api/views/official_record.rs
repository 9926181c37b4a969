use crate::domain::bib::Bib;
use crate::domain::division::{Division, Gender};
use crate::domain::id::{MarathonId, RecordId, UserId};
use crate::domain::iso_date;
use crate::domain::marathon::{Distance, Point, Title};
use crate::domain::official_record::OfficialRecord;
use crate::domain::outcome::{Split, Status};
use crate::domain::user::PersonName;
use crate::main_db::RecordRow;
use serde::Serialize;
use time::{Date, OffsetDateTime};

#[derive(Debug, Serialize)]
pub struct RecordView {
    pub marathon_id: MarathonId,
    pub bib: Bib,
    pub record_id: RecordId,
    pub revision: u32,
    pub user_id: Option<UserId>,
    pub name: PersonName,
    pub gender: Option<Gender>,
    pub division: Option<Division>,
    pub status: Status,
    pub net_time: Option<String>,
    pub gun_time: Option<String>,
    pub splits: Vec<SplitView>,
    pub point: Point,
    #[serde(with = "time::serde::rfc3339")]
    pub entered_at: OffsetDateTime,
}

/// A cumulative time.
#[derive(Debug, Serialize)]
pub struct SplitView {
    pub distance_m: Distance,
    pub time: String,
}

/// A record in a list of results, with its place in the list.
#[derive(Debug, Serialize)]
pub struct PlacedRecordView {
    pub place: Option<u64>,
    #[serde(flatten)]
    pub record: RecordView,
}

/// A record in the list of a runner's results, with its race.
#[derive(Debug, Serialize)]
pub struct RecordWithRaceView {
    pub marathon_title: Title,
    #[serde(with = "iso_date")]
    pub held_on: Date,
    #[serde(flatten)]
    pub record: RecordView,
}

impl From<RecordRow> for PlacedRecordView {
    fn from(row: RecordRow) -> Self {
        Self {
            place: row.place,
            record: row.record.into(),
        }
    }
}

impl From<OfficialRecord> for RecordWithRaceView {
    fn from(record: OfficialRecord) -> Self {
        Self {
            marathon_title: record.marathon_title.clone(),
            held_on: record.held_on,
            record: record.into(),
        }
    }
}

impl From<OfficialRecord> for RecordView {
    fn from(record: OfficialRecord) -> Self {
        let outcome = &record.outcome;
        Self {
            status: outcome.status(),
            net_time: outcome.net_time().map(|time| time.to_string()),
            gun_time: outcome.gun_time().map(|time| time.to_string()),
            splits: outcome.splits().iter().map(SplitView::from).collect(),
            marathon_id: record.marathon_id,
            bib: record.bib,
            record_id: record.record_id,
            revision: record.revision,
            user_id: record.user_id,
            name: record.name,
            gender: record.gender,
            division: record.division,
            point: record.point,
            entered_at: record.entered_at,
        }
    }
}

impl From<&Split> for SplitView {
    fn from(split: &Split) -> Self {
        Self {
            distance_m: split.distance_m,
            time: split.time_ms.to_string(),
        }
    }
}
