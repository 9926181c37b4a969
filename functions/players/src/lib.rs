//! Players, as the API shows them.

use serde::Serialize;
use shared::domain::bib::Bib;
use shared::domain::division::{Division, Gender};
use shared::domain::id::{MarathonId, UserId};
use shared::domain::marathon::Marathon;
use shared::domain::player::Player;
use shared::domain::user::PersonName;
use time::OffsetDateTime;

/// A player; the birth date stays inside, the division says enough.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct PlayerView {
    pub marathon_id: MarathonId,
    pub user_id: UserId,
    pub name: PersonName,
    pub bib: Bib,
    pub gender: Option<Gender>,
    pub division: Option<Division>,
    #[serde(with = "time::serde::rfc3339")]
    pub applied_at: OffsetDateTime,
}

impl PlayerView {
    /// A player of a race.
    #[must_use]
    pub fn new(marathon: &Marathon, player: Player) -> Self {
        Self {
            marathon_id: player.marathon_id,
            user_id: player.user_id,
            division: player.division(marathon.held_on),
            name: player.name,
            bib: player.bib,
            gender: player.gender,
            applied_at: player.applied_at,
        }
    }
}
