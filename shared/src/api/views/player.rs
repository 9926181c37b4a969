use crate::domain::bib::Bib;
use crate::domain::division::{Division, Gender};
use crate::domain::id::{MarathonId, UserId};
use crate::domain::iso_date;
use crate::domain::marathon::{Location, Marathon, Title};
use crate::domain::player::{Participation, Player, WaitlistEntry};
use crate::domain::user::PersonName;
use serde::Serialize;
use time::{Date, OffsetDateTime};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PlayerStatus {
    Entered,
    /// On the waitlist.
    Waiting,
}

/// A player, without the birth date: it is personal, and the division is derived from it.
#[derive(Debug, Serialize)]
pub struct PlayerView {
    pub marathon_id: MarathonId,
    pub user_id: UserId,
    pub name: PersonName,
    pub bib: Option<Bib>,
    pub gender: Option<Gender>,
    pub division: Option<Division>,
    #[serde(with = "time::serde::rfc3339")]
    pub applied_at: OffsetDateTime,
    pub status: PlayerStatus,
    pub waiting_place: Option<u32>,
}

impl PlayerView {
    #[must_use]
    pub fn entered(marathon: &Marathon, player: Player) -> Self {
        Self {
            marathon_id: player.marathon_id,
            user_id: player.user_id,
            division: player.division(marathon.held_on),
            name: player.name,
            bib: Some(player.bib),
            gender: player.gender,
            applied_at: player.applied_at,
            status: PlayerStatus::Entered,
            waiting_place: None,
        }
    }

    #[must_use]
    pub fn waiting(marathon: &Marathon, entry: WaitlistEntry) -> Self {
        Self {
            marathon_id: entry.marathon_id,
            user_id: entry.user_id,
            division: entry.division(marathon.held_on),
            name: entry.name,
            bib: None,
            gender: entry.gender,
            applied_at: entry.applied_at,
            status: PlayerStatus::Waiting,
            waiting_place: entry.place,
        }
    }

    #[must_use]
    pub fn new(marathon: &Marathon, participation: Participation) -> Self {
        match participation {
            Participation::Entered(player) => Self::entered(marathon, player),
            Participation::Waiting(entry) => Self::waiting(marathon, entry),
        }
    }
}

/// A race in the list of a runner's races.
#[derive(Debug, Serialize)]
pub struct ParticipationView {
    pub marathon_id: MarathonId,
    pub title: Title,
    #[serde(with = "iso_date")]
    pub held_on: Date,
    pub location: Location,
    pub bib: Option<Bib>,
    pub status: PlayerStatus,
    #[serde(with = "time::serde::rfc3339")]
    pub applied_at: OffsetDateTime,
}

impl ParticipationView {
    #[must_use]
    pub fn new(marathon: Marathon, participation: Participation) -> Self {
        let (bib, status, applied_at) = match participation {
            Participation::Entered(player) => (Some(player.bib), PlayerStatus::Entered, player.applied_at),
            Participation::Waiting(entry) => (None, PlayerStatus::Waiting, entry.applied_at),
        };
        Self {
            marathon_id: marathon.marathon_id,
            title: marathon.title,
            held_on: marathon.held_on,
            location: marathon.location,
            bib,
            status,
            applied_at,
        }
    }
}
