//! `GET /users/{user_id}/non-official-records`: a runner's records, the newest first.

use shared::api::views::NonOfficialRecordView;
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
    let runner = request.runner(tokens)?;
    request.reject_filters()?;
    let user_id = request.path_self(&runner)?;
    let scope = format!("non-official-records {user_id}");
    let page = request.page(cursors, &scope)?;
    let (records, next) = db.non_official_records(user_id, page.limit, page.after).await?;
    let items = records.into_iter().map(NonOfficialRecordView::from).collect();
    Ok(respond::list(cursors, &scope, items, next)?)
}
