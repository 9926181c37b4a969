//! The race in a path, and whether the caller may act on it.

use crate::auth::token::Caller;
use crate::domain::id::{MarathonId, UserId};
use crate::domain::marathon::Marathon;
use crate::http::{LocalizedText, Problem, Request};
use crate::main_db::MainDb;

impl Request {
    /// The race in the path; 404 if there is none.
    pub async fn marathon(&self, db: &MainDb) -> Result<Marathon, Problem> {
        let id: MarathonId = self.path("marathon_id")?;
        db.marathon(id).await?.ok_or_else(|| Problem::no_marathon(id))
    }

    /// The race in the path, which the caller must organize; 403 for another organizer's.
    pub async fn own_marathon(&self, db: &MainDb, caller: &Caller) -> Result<Marathon, Problem> {
        let marathon = self.marathon(db).await?;
        if marathon.organizer_id == caller.user_id {
            Ok(marathon)
        } else {
            Err(Problem::Forbidden(OWNER_ONLY))
        }
    }

    /// The race and the runner in the path. The caller must be the runner or organize the race; otherwise 403.
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

const OWNER_ONLY: LocalizedText = LocalizedText::fixed(
    "이 대회의 주최자만 할 수 있습니다.",
    "Only the organizer of this marathon can do this.",
);
