//! `POST /users/login` with JSON, `GET /users/login` with HTTP Basic: log in.

use shared::auth::password;
use shared::auth::refresh::RefreshToken;
use shared::auth::token::{Caller, TokenIssuer};
use shared::domain::id::SessionId;
use shared::domain::user::LoginId;
use shared::http::{Credentials, Problem, Request, Response};
use shared::runtime;
use shared::text::Text;
use shared::user_db::UserDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (UserDb, TokenIssuer), request: Request) -> Result<Response, Problem> {
    let Credentials { login_id, password } = Credentials::of(&request)?;
    if let Some(pause) = db.locked_for(&login_id, request.received_at).await? {
        return Err(Problem::TooManyAttempts(pause.whole_seconds().unsigned_abs() + 1));
    }
    // What cannot be a login id is nobody's; looking that up is left out, checking the password is not.
    let account = match LoginId::try_from(login_id.clone()) {
        Ok(login_id) => db.account(&login_id).await?,
        Err(_) => None,
    };
    let stored = account.as_ref().map(|account| account.password_hash.as_str());
    let is_right = password::verify(&password, stored).map_err(Problem::internal)?;
    let Some(account) = account.filter(|_| is_right) else {
        db.login_failed(&login_id, request.received_at).await?;
        return Err(Problem::Unauthorized(WRONG));
    };
    db.login_succeeded(&login_id).await?;

    let session = SessionId::new();
    let user = Caller {
        user_id: account.user_id,
        user_type: account.user_type,
        name: account.name,
        session,
    };
    let refresh_token = RefreshToken::generate().map_err(Problem::internal)?;
    db.start_session(user.user_id, session, &refresh_token, request.received_at)
        .await?;
    users::session(&request, tokens, &user, &refresh_token)
}

/// The same whether the account or the password is wrong: nobody may learn here which accounts exist.
const WRONG: Text = Text::fixed(
    "아이디 또는 비밀번호가 올바르지 않습니다.",
    "The login or the password is not right.",
);
