//! `GET /users/{user_id}/players`: the races that a runner takes part in or waits for, the latest race day first.

use players::RaceView;
use shared::auth::token::TokenVerifier;
use shared::domain::player::Participation;
use shared::http::cursor::Cursors;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::{MARATHONS_AT_ONCE, MainDb};
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

type State = (MainDb, TokenVerifier, Cursors);

async fn handle((db, tokens, cursors): &'static State, request: Request) -> Result<Response, Problem> {
    let caller = request.caller(tokens)?;
    request.no_filters()?;
    let user_id = request.path_self(&caller)?;
    let scope = format!("players of {user_id}");
    let page = request.page(cursors, &scope)?;
    let limit = page.limit.min(MARATHONS_AT_ONCE);
    let (races, next) = db.races_of(user_id, limit, page.after).await?;
    let ids = races.iter().map(Participation::marathon_id).collect();
    let mut marathons = db.marathons(&ids).await?;
    let items = races
        .into_iter()
        .filter_map(|race| Some(RaceView::new(marathons.remove(&race.marathon_id())?, race)));
    Ok(respond::list(cursors, &scope, items.collect(), next)?)
}
