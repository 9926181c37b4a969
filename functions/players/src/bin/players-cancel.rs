//! `DELETE /marathons/{marathon_id}/players/{user_id}`: cancels a participation, by the runner or the race's
//! organizer.

use shared::auth::token::TokenVerifier;
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
    db.cancel(marathon.marathon_id, user_id).await?;
    Ok(respond::no_content())
}
