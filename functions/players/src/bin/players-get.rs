//! `GET /marathons/{marathon_id}/players/{user_id}`: a runner in a race, with the place of one who waits; for the runner
//! and the race's organizer.

use players::PlayerView;
use shared::auth::token::TokenVerifier;
use shared::domain::player::Runner;
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
    let player = player.ok_or_else(|| Problem::no_player(&Runner::User(user_id).to_string()))?;
    Ok(respond::ok(&PlayerView::new(&marathon, player)))
}
