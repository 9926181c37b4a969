//! `POST /users/login` with JSON, `GET /users/login` with HTTP Basic: log in.

use serde::Serialize;
use shared::auth::refresh::RefreshToken;
use shared::auth::token::{self, Caller, TokenIssuer};
use shared::auth::{credentials::Credentials, password};
use shared::domain::user::UserType;
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::text::Text;
use shared::user_db::UserDb;

#[derive(Serialize)]
struct Answer<'a> {
    message: &'a str,
    token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: &'a str,
    user: &'a Caller,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (UserDb, TokenIssuer), request: Request) -> Result<Response, Problem> {
    let Credentials { login_id, password } = Credentials::of(&request)?;
    let account = db.account(&login_id).await?;
    let stored = account.as_ref().map(|account| account.password_hash.as_str());
    let is_right = password::verify(&password, stored).map_err(Problem::internal)?;
    let account = account.filter(|_| is_right).ok_or(Problem::Unauthorized(WRONG))?;

    let user = Caller {
        user_id: account.user_id,
        user_type: account.user_type,
        name: account.name,
    };
    let refresh_token = RefreshToken::generate().map_err(Problem::internal)?;
    db.start_session(user.user_id, &refresh_token, request.received_at)
        .await?;
    Ok(respond::ok(&Answer {
        message: greeting(user.user_type).in_language(request.language()),
        token: tokens.issue(&user, request.received_at).map_err(Problem::internal)?,
        token_type: "Bearer",
        expires_in: token::LIFETIME.whole_seconds(),
        refresh_token: refresh_token.expose(),
        user: &user,
    }))
}

/// The same whether the account or the password is wrong: nobody may learn here which accounts exist.
const WRONG: Text = Text::fixed(
    "login_id 또는 비밀번호가 올바르지 않습니다.",
    "The login_id or the password is not right.",
);

const fn greeting(user_type: UserType) -> Text {
    match user_type {
        UserType::Organizer => Text::fixed("로그인 성공! 주최자님 환영합니다.", "Logged in. Welcome, organizer!"),
        UserType::Personal => Text::fixed("로그인 성공! 개인 사용자님 환영합니다.", "Logged in. Welcome, runner!"),
    }
}
