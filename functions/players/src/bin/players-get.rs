//! `GET /marathons/{marathon_id}/players/{user_id}`: a player or waitlist entry, for the runner and the race's organizer.

use shared::api::views::PlayerView;
use shared::auth::token::TokenVerifier;
use shared::domain::player::PlayerRef;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (MainDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    let caller = request.caller(tokens)?;
    let (marathon, user_id) = request.runner_of_marathon(db, &caller).await?;
    let player = db.participation(marathon.marathon_id, user_id).await?;
    let player = player.ok_or_else(|| Problem::no_player(&PlayerRef::User(user_id)))?;
    Ok(respond::ok(&PlayerView::new(&marathon, player)))
}
