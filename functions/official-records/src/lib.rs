//! Official records, as the API shows them.

use serde::Serialize;
use shared::domain::bib::Bib;
use shared::domain::division::{Division, Gender};
use shared::domain::id::{MarathonId, RecordId, UserId};
use shared::domain::marathon::{Distance, Point, Title};
use shared::domain::official_record::OfficialRecord;
use shared::domain::outcome::{Split, Status};
use shared::domain::user::PersonName;
use time::{Date, OffsetDateTime};

/// A record; times are text (`H:MM:SS[.mmm]`).
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
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

/// The cumulative time at a point of the course.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct SplitView {
    pub distance_m: Distance,
    pub time: String,
}

/// A record in a list of results, with its place in that list.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct PlacedRecordView {
    pub place: Option<u64>,
    #[serde(flatten)]
    pub record: RecordView,
}

/// A record in the list of a runner's results, with its race.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct RecordOfRaceView {
    pub marathon_title: Title,
    #[serde(with = "shared::domain::iso_date")]
    pub held_on: Date,
    #[serde(flatten)]
    pub record: RecordView,
}

impl From<OfficialRecord> for RecordOfRaceView {
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
