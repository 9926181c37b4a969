//! `GET /marathons/{marathon_id}/players?status=`: the players of a race sorted by bib, or its waitlist; for the race's
//! organizer.

use serde::Deserialize;
use shared::api::views::PlayerView;
use shared::auth::token::TokenVerifier;
use shared::domain::field::{FieldErrors, Invalid};
use shared::http::cursor::Cursors;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filters {
    status: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

type State = (MainDb, TokenVerifier, Cursors);

async fn handle((db, tokens, cursors): &'static State, request: Request) -> Result<Response, Problem> {
    let organizer = request.organizer(tokens)?;
    let waiting = match request.filters::<Filters>()?.status.as_deref() {
        None | Some("entered") => false,
        Some("waiting") => true,
        Some(_) => return Err(FieldErrors::one("status", Invalid::Choice("entered, waiting")).into()),
    };
    let marathon = request.own_marathon(db, &organizer).await?;
    let id = marathon.marathon_id;
    let scope = format!("players {id} {waiting}");
    if waiting {
        let page = request.page(cursors, &scope)?;
        let (rows, next) = db.waitlist(id, page.limit, page.after).await?;
        let items = rows.into_iter().map(|entry| PlayerView::waiting(&marathon, entry));
        Ok(respond::list(cursors, &scope, items.collect(), next)?)
    } else {
        let page = request.page(cursors, &scope)?;
        let (rows, next) = db.players(id, page.limit, page.after).await?;
        let items = rows.into_iter().map(|player| PlayerView::entered(&marathon, player));
        Ok(respond::list(cursors, &scope, items.collect(), next)?)
    }
}
