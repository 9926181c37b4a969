//! `GET /users/{user_id}/points`: a user's points; the total is public, the ledger behind it is the user's own.

use serde::Serialize;
use shared::auth::token::TokenVerifier;
use shared::domain::id::UserId;
use shared::domain::user::PersonName;
use shared::http::cursor::Cursors;
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::user_db::UserDb;

#[derive(Serialize)]
struct PublicView {
    user_id: UserId,
    name: PersonName,
    total_point: i64,
}

#[derive(Serialize)]
struct Answer<L> {
    #[serde(flatten)]
    total: PublicView,
    #[serde(flatten)]
    ledger: L,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

type State = (UserDb, TokenVerifier, Cursors);

async fn handle((db, tokens, cursors): &'static State, request: Request) -> Result<Response, Problem> {
    let caller = request.caller_if_any(tokens)?;
    request.no_filters()?;
    let user_id = request.path_user(caller.as_ref())?;
    let scope = format!("points {user_id}");
    let page = request.page(cursors, &scope)?;
    let user = db.user(user_id).await?.ok_or_else(|| Problem::no_user(user_id))?;
    let total = PublicView {
        user_id,
        name: user.name,
        total_point: user.total_point,
    };
    if caller.is_none_or(|caller| caller.user_id != user_id) {
        return Ok(respond::ok(&total));
    }
    let (items, next) = db.ledger(user_id, page.limit, page.after).await?;
    let ledger = respond::List::new(cursors, &scope, items, next)?;
    Ok(respond::ok(&Answer { total, ledger }))
}
