//! `GET /users`: everybody, for organizers; nothing but what is public and who organizes.

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
    request.no_filters()?;
    let page = request.page(cursors, SCOPE)?;
    let (items, next) = db.users(page.limit, page.after).await?;
    Ok(respond::list(cursors, SCOPE, items, next)?)
}

const SCOPE: &str = "users";
