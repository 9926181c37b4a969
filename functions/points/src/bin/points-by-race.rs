//! `GET /marathons/{marathon_id}/points`: how far the points of a race have come into the ledger; for organizers.

use shared::auth::token::TokenVerifier;
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::user_db::UserDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (UserDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    // Whose race it is, only main_db knows.
    request.organizer(tokens)?;
    let race = request.path("marathon_id")?;
    Ok(respond::ok(&db.points_of_race(race).await?))
}
