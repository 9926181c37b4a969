//! `GET /marathons/{marathon_id}/points`: the sums of a race in the ledger, for organizers.

use shared::api::views::RacePointsView;
use shared::auth::token::TokenVerifier;
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::user_db::UserDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (UserDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    // Any organizer: only main_db has the race's owner, and a route uses one database.
    request.organizer(tokens)?;
    let race = request.path("marathon_id")?;
    let points = db.points_of_race(race).await?;
    Ok(respond::ok(&RacePointsView::from(points)))
}
