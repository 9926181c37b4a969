//! `DELETE /marathons/{marathon_id}`: deletes a race without players.

use shared::auth::token::TokenVerifier;
use shared::http::LocalizedText;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (MainDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    let organizer = request.organizer(tokens)?;
    let marathon = request.own_marathon(db, &organizer).await?;
    request.if_match(marathon.revision)?;
    if db.delete_marathon(marathon.marathon_id, marathon.revision).await? {
        return Ok(respond::no_content());
    }
    let marathon = request.marathon(db).await?;
    if marathon.player_count > 0 || marathon.waiting_count > 0 {
        Err(Problem::Conflict("has-players", HAS_PLAYERS))
    } else {
        Err(Problem::PreconditionFailed)
    }
}

const HAS_PLAYERS: LocalizedText = LocalizedText::fixed(
    "참가자나 대기자가 있는 대회는 삭제할 수 없습니다.",
    "A race with players or a waitlist cannot be deleted.",
);
