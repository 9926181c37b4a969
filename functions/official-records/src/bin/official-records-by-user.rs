//! `GET /users/{user_id}/official-records`: the results of a runner, the latest race day first.

use shared::api::views::RecordWithRaceView;
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
    request.reject_filters()?;
    let caller = request.optional_caller(tokens)?;
    let user_id = request.path_user(caller.as_ref())?;
    let scope = format!("official-records of {user_id}");
    let page = request.page(cursors, &scope)?;
    let (records, next) = db.records_by_user(user_id, page.limit, page.after).await?;
    let items = records.into_iter().map(RecordWithRaceView::from).collect();
    let response = respond::list(cursors, &scope, items, next)?;
    Ok(respond::public_cache_if_anonymous(response, caller.as_ref()))
}
