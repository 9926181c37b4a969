//! The race that a path is about.

use super::problem::Problem;
use super::request::Request;
use crate::auth::token::Caller;
use crate::domain::id::{MarathonId, UserId};
use crate::domain::marathon::Marathon;
use crate::main_db::MainDb;
use crate::text::Text;

impl Request {
    /// The race in the path.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there is none.
    pub async fn marathon(&self, db: &MainDb) -> Result<Marathon, Problem> {
        let id: MarathonId = self.path("marathon_id")?;
        db.marathon(id).await?.ok_or_else(|| Problem::no_marathon(id))
    }

    /// The race in the path, which must be the caller's own.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there is none, [`Problem::Forbidden`] when another organizer holds it.
    pub async fn own_marathon(&self, db: &MainDb, caller: &Caller) -> Result<Marathon, Problem> {
        let marathon = self.marathon(db).await?;
        if marathon.organizer_id == caller.user_id {
            Ok(marathon)
        } else {
            Err(Problem::Forbidden(OWNER_ONLY))
        }
    }

    /// The race and the runner in the path: the caller, or whoever it is if the race is the caller's own.
    ///
    /// # Errors
    /// Those of [`Self::own_marathon`] and [`Self::path_user`].
    pub async fn runner_of_marathon(&self, db: &MainDb, caller: &Caller) -> Result<(Marathon, UserId), Problem> {
        let user_id = self.path_user(Some(caller))?;
        let marathon = if user_id == caller.user_id {
            self.marathon(db).await?
        } else {
            self.own_marathon(db, caller).await?
        };
        Ok((marathon, user_id))
    }
}

const OWNER_ONLY: Text = Text::fixed(
    "이 대회의 주최자만 할 수 있습니다.",
    "Only the organizer of this marathon can do this.",
);
