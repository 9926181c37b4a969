use crate::domain::id::{MarathonId, UserId};
use crate::domain::iso_date;
use crate::domain::marathon::{Capacity, Distance, Location, Marathon, Point, RankedBy, Title};
use serde::Serialize;
use time::{Date, OffsetDateTime};

#[derive(Debug, Serialize)]
pub struct MarathonView {
    pub marathon_id: MarathonId,
    pub organizer_id: UserId,
    pub title: Title,
    #[serde(with = "iso_date")]
    pub held_on: Date,
    #[serde(with = "time::serde::rfc3339::option")]
    pub starts_at: Option<OffsetDateTime>,
    pub location: Location,
    pub distance_m: Distance,
    pub point: Point,
    pub capacity: Option<Capacity>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub apply_until: Option<OffsetDateTime>,
    pub ranked_by: RankedBy,
    pub player_count: u32,
    pub waiting_count: u32,
    pub revision: u32,
}

impl From<Marathon> for MarathonView {
    fn from(marathon: Marathon) -> Self {
        Self {
            marathon_id: marathon.marathon_id,
            organizer_id: marathon.organizer_id,
            title: marathon.title,
            held_on: marathon.held_on,
            starts_at: marathon.starts_at,
            location: marathon.location,
            distance_m: marathon.distance_m,
            point: marathon.point,
            capacity: marathon.capacity,
            apply_until: marathon.apply_until,
            ranked_by: marathon.ranked_by,
            player_count: marathon.player_count,
            waiting_count: marathon.waiting_count,
            revision: marathon.revision,
        }
    }
}
