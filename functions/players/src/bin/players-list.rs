//! `GET /marathons/{marathon_id}/players`: who takes part in a race, for its organizer, in the order of the bibs.

use players::PlayerView;
use shared::auth::token::TokenVerifier;
use shared::http::cursor::Cursors;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

type State = (MainDb, TokenVerifier, Cursors);

async fn handle((db, tokens, cursors): &'static State, request: Request) -> Result<Response, Problem> {
    let organizer = request.organizer(tokens)?;
    request.no_filters()?;
    let marathon = request.own_marathon(db, &organizer).await?;
    let scope = format!("players {}", marathon.marathon_id);
    let page = request.page(cursors, &scope)?;
    let (players, next) = db.players(marathon.marathon_id, page.limit, page.after).await?;
    let items = players
        .into_iter()
        .map(|player| PlayerView::new(&marathon, player))
        .collect();
    Ok(respond::list(cursors, &scope, items, next)?)
}
