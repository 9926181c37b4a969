//! What the API answers: one type for each schema of the contract, so that a new field of a stored item never appears in
//! a response by itself.
//!
//! Times are text (`H:MM:SS[.mmm]`), dates `YYYY-MM-DD`, instants RFC 3339.

mod marathon;
mod non_official_record;
mod official_record;
mod player;
mod points;
mod user;

pub use marathon::MarathonView;
pub use non_official_record::NonOfficialRecordView;
pub use official_record::{PlacedRecordView, RecordView, RecordWithRaceView};
pub use player::{ParticipationView, PlayerView};
pub use points::{AdjustmentView, LedgerEntryView, LedgerView, RacePointsView, RankedUserView};
pub use user::{PublicUserView, SignedUpView, UserSummaryView, UserView};
