//! `PUT /users/{user_id}`: updates a user's data and password.

use shared::api::views::UserView;
use shared::auth::password;
use shared::auth::token::TokenVerifier;
use shared::domain::field::{FieldErrors, Invalid};
use shared::domain::id::UserId;
use shared::domain::user::{PasswordChange, UserChangeInput};
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::user_db::UserDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (UserDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    let caller = request.caller(tokens)?;
    let user_id = request.path_self(&caller)?;
    let change = request.body::<UserChangeInput>()?.parse(request.received_at.date())?;
    let user = db.user(user_id).await?.filter(|user| !user.is_erased);
    let user = user.ok_or_else(|| Problem::no_user(user_id))?;
    request.if_match(user.revision)?;
    let new_hash = match &change.password {
        Some(password) => Some(changed_hash(db, user_id, password).await?),
        None => None,
    };
    if !db
        .update_user(user_id, user.revision, &change.profile, new_hash.as_deref())
        .await?
    {
        return Err(Problem::PreconditionFailed);
    }
    if new_hash.is_some() {
        db.end_sessions(user_id, Some(caller.session)).await?;
    }
    let user = db.user(user_id).await?.ok_or_else(|| Problem::no_user(user_id))?;
    let revision = user.revision;
    Ok(respond::with_etag(respond::ok(&UserView::from(user)), revision))
}

/// Checks the current password and hashes the new one.
async fn changed_hash(db: &UserDb, user_id: UserId, password: &PasswordChange) -> Result<String, Problem> {
    let stored = db.password_hash(user_id).await?;
    if password::verify(&password.current, stored.as_deref()).map_err(Problem::internal)? {
        password::hash(&password.new).map_err(Problem::internal)
    } else {
        Err(FieldErrors::one("current_password", Invalid::WrongPassword).into())
    }
}
