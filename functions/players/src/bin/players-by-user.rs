//! `GET /users/{user_id}/players`: a runner's participations and waitlist entries, the latest race day first.

use shared::api::views::ParticipationView;
use shared::auth::token::TokenVerifier;
use shared::domain::player::Participation;
use shared::http::cursor::Cursors;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::{MAX_MARATHONS_PER_READ, MainDb};
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

type State = (MainDb, TokenVerifier, Cursors);

async fn handle((db, tokens, cursors): &'static State, request: Request) -> Result<Response, Problem> {
    let caller = request.caller(tokens)?;
    request.reject_filters()?;
    let user_id = request.path_self(&caller)?;
    let scope = format!("players of {user_id}");
    let page = request.page(cursors, &scope)?;
    let limit = page.limit.min(MAX_MARATHONS_PER_READ);
    let (races, next) = db.participations(user_id, limit, page.after).await?;
    let ids = races.iter().map(Participation::marathon_id).collect();
    let mut marathons = db.marathons(&ids).await?;
    let items = races
        .into_iter()
        .filter_map(|race| Some(ParticipationView::new(marathons.remove(&race.marathon_id())?, race)));
    Ok(respond::list(cursors, &scope, items.collect(), next)?)
}
