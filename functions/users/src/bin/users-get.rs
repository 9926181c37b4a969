//! `GET /users/{user_id}`: a user; everything for the user, the public part for others.

use serde::Serialize;
use shared::auth::token::TokenVerifier;
use shared::domain::id::UserId;
use shared::domain::user::PersonName;
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::user_db::UserDb;

#[derive(Serialize)]
struct PublicView {
    user_id: UserId,
    name: PersonName,
    total_point: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (UserDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    let caller = request.caller_if_any(tokens)?;
    let user_id = request.path_user(caller.as_ref())?;
    let user = db.user(user_id).await?.ok_or_else(|| Problem::no_user(user_id))?;
    if caller.is_some_and(|caller| caller.user_id == user_id) && !user.is_erased {
        Ok(respond::with_etag(respond::ok(&user), user.revision))
    } else {
        Ok(respond::ok(&PublicView {
            user_id,
            name: user.name,
            total_point: user.total_point,
        }))
    }
}
