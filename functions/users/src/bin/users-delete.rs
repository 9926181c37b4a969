//! `DELETE /users/{user_id}`: a user leaves. Personal data is erased in both stores; official results and the ledger
//! stay, under an anonymous name.

use shared::auth::token::TokenVerifier;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;
use shared::user_db::UserDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

type State = (UserDb, MainDb, TokenVerifier);

async fn handle((user_db, main_db, tokens): &'static State, request: Request) -> Result<Response, Problem> {
    let caller = request.caller(tokens)?;
    let user_id = request.path_self(&caller)?;
    let user = user_db.user(user_id).await?.ok_or_else(|| Problem::no_user(user_id))?;
    request.if_match(user.revision)?;
    // No session is renewed from here on. The account goes last: until then a deletion that was cut off can be begun
    // anew by whoever knows the password.
    user_db.end_sessions(user_id, None).await?;
    main_db.erase_person(user_id, request.received_at).await?;
    user_db.erase_user(user_id).await?;
    Ok(respond::no_content())
}
