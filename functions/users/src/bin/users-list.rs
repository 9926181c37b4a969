//! `GET /users`: the public data of all users, for organizers.

use shared::api::views::UserSummaryView;
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
    request.organizer(tokens)?;
    request.reject_filters()?;
    let page = request.page(cursors, SCOPE)?;
    let (users, next) = db.users(page.limit, page.after).await?;
    let items = users.into_iter().map(UserSummaryView::from).collect();
    Ok(respond::list(cursors, SCOPE, items, next)?)
}

const SCOPE: &str = "users";
