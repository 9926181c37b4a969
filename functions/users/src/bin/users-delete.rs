//! `DELETE /users/{user_id}`: deletes an account. Erases the personal data in both stores; results and ledger stay under an
//! anonymous name.

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
    // The account is erased last, so that the user can log in and repeat a deletion that was interrupted.
    user_db.end_sessions(user_id, None).await?;
    main_db.erase_person(user_id, request.received_at).await?;
    user_db.erase_user(user_id).await?;
    Ok(respond::no_content())
}
