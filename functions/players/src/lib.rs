//! Players, as the API shows them.

use serde::Serialize;
use shared::domain::bib::Bib;
use shared::domain::division::{Division, Gender};
use shared::domain::id::{MarathonId, UserId};
use shared::domain::marathon::{Location, Marathon, Title};
use shared::domain::player::{Participation, Player, Waiting};
use shared::domain::user::PersonName;
use time::{Date, OffsetDateTime};

/// Whether a runner has a place or waits for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PlayerStatus {
    /// Takes part.
    Entered,
    /// Waits for a place.
    Waiting,
}

/// A player; the birth date stays inside, the division says enough.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
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
    /// A player of a race.
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

    /// A runner who waits for a place in a race.
    #[must_use]
    pub fn waiting(marathon: &Marathon, waiting: Waiting) -> Self {
        Self {
            marathon_id: waiting.marathon_id,
            user_id: waiting.user_id,
            division: waiting.division(marathon.held_on),
            name: waiting.name,
            bib: None,
            gender: waiting.gender,
            applied_at: waiting.applied_at,
            status: PlayerStatus::Waiting,
            waiting_place: waiting.place,
        }
    }

    /// A runner of a race.
    #[must_use]
    pub fn new(marathon: &Marathon, participation: Participation) -> Self {
        match participation {
            Participation::Entered(player) => Self::entered(marathon, player),
            Participation::Waiting(waiting) => Self::waiting(marathon, waiting),
        }
    }
}

/// A race, as one of its runners sees it.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct RaceView {
    pub marathon_id: MarathonId,
    pub title: Title,
    #[serde(with = "shared::domain::iso_date")]
    pub held_on: Date,
    pub location: Location,
    pub bib: Option<Bib>,
    pub status: PlayerStatus,
    #[serde(with = "time::serde::rfc3339")]
    pub applied_at: OffsetDateTime,
}

impl RaceView {
    /// A race and how somebody takes part in it.
    #[must_use]
    pub fn new(marathon: Marathon, participation: Participation) -> Self {
        let (bib, status, applied_at) = match participation {
            Participation::Entered(player) => (Some(player.bib), PlayerStatus::Entered, player.applied_at),
            Participation::Waiting(waiting) => (None, PlayerStatus::Waiting, waiting.applied_at),
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
