//! `POST /users/login` with JSON, `GET /users/login` with HTTP Basic: logs in.

use shared::api::session;
use shared::auth::password;
use shared::auth::refresh::RefreshToken;
use shared::auth::token::{Caller, TokenIssuer};
use shared::domain::id::SessionId;
use shared::domain::user::LoginId;
use shared::http::LocalizedText;
use shared::http::{Credentials, Problem, Request, Response};
use shared::runtime;
use shared::user_db::UserDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (UserDb, TokenIssuer), request: Request) -> Result<Response, Problem> {
    let Credentials { login_id, password } = Credentials::from_request(&request)?;
    if let Some(lockout) = db.locked_for(&login_id, request.received_at).await? {
        return Err(Problem::TooManyAttempts(lockout.whole_seconds().unsigned_abs() + 1));
    }
    // An invalid login id has no account, but its password is verified all the same, so that the duration is equal.
    let account = match LoginId::try_from(login_id.clone()) {
        Ok(login_id) => db.account(&login_id).await?,
        Err(_) => None,
    };
    let stored = account.as_ref().map(|account| account.password_hash.as_str());
    let is_correct = password::verify(&password, stored).map_err(Problem::internal)?;
    let Some(account) = account.filter(|_| is_correct) else {
        db.login_failed(&login_id, request.received_at).await?;
        return Err(Problem::Unauthorized(WRONG_CREDENTIALS));
    };
    db.login_succeeded(&login_id).await?;

    let session_id = SessionId::new();
    let caller = Caller {
        user_id: account.user_id,
        user_type: account.user_type,
        name: account.name,
        session: session_id,
    };
    let refresh_token = RefreshToken::generate().map_err(Problem::internal)?;
    db.start_session(caller.user_id, session_id, &refresh_token, request.received_at)
        .await?;
    session::respond_with_tokens(&request, tokens, &caller, &refresh_token)
}

/// The same for an unknown account and a wrong password, so that the response does not reveal which accounts exist.
const WRONG_CREDENTIALS: LocalizedText = LocalizedText::fixed(
    "아이디 또는 비밀번호가 올바르지 않습니다.",
    "The login or the password is not right.",
);
