//! `GET /users/{user_id}/marathons`: the races that a user organizes, the latest race day first.

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
    request.no_filters()?;
    let caller = request.caller_if_any(tokens)?;
    let user_id = request.path_user(caller.as_ref())?;
    let scope = format!("marathons of {user_id}");
    let page = request.page(cursors, &scope)?;
    let (races, next) = db.races_held_by(user_id, page.limit, page.after).await?;
    let answer = respond::list(cursors, &scope, races, next)?;
    Ok(respond::shared_unless_personal(answer, caller.as_ref()))
}
