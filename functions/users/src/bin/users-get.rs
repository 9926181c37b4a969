//! `GET /users/{user_id}`: all data for the user, the public part for others.

use shared::api::views::{PublicUserView, UserView};
use shared::auth::token::TokenVerifier;
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::user_db::UserDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (UserDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    let caller = request.optional_caller(tokens)?;
    let user_id = request.path_user(caller.as_ref())?;
    let user = db.user(user_id).await?.ok_or_else(|| Problem::no_user(user_id))?;
    if caller.is_some_and(|caller| caller.user_id == user_id) && !user.is_erased {
        let revision = user.revision;
        Ok(respond::with_etag(respond::ok(&UserView::from(user)), revision))
    } else {
        Ok(respond::ok(&PublicUserView::from(user)))
    }
}
