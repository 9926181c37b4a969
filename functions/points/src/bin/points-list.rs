//! `GET /users/{user_id}/points`: a user's total, which is public, and for the user the ledger.

use shared::api::views::{LedgerEntryView, LedgerView, PublicUserView};
use shared::auth::token::TokenVerifier;
use shared::http::cursor::Cursors;
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::user_db::UserDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

type State = (UserDb, TokenVerifier, Cursors);

async fn handle((db, tokens, cursors): &'static State, request: Request) -> Result<Response, Problem> {
    let caller = request.optional_caller(tokens)?;
    request.reject_filters()?;
    let user_id = request.path_user(caller.as_ref())?;
    let scope = format!("points {user_id}");
    let page = request.page(cursors, &scope)?;
    let user = db.user(user_id).await?.ok_or_else(|| Problem::no_user(user_id))?;
    let user = PublicUserView::from(user);
    if caller.is_none_or(|caller| caller.user_id != user_id) {
        return Ok(respond::ok(&user));
    }
    let (entries, next) = db.ledger(user_id, page.limit, page.after).await?;
    let items = entries.into_iter().map(LedgerEntryView::from).collect();
    let entries = respond::List::new(cursors, &scope, items, next)?;
    Ok(respond::ok(&LedgerView { user, entries }))
}
