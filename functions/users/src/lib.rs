//! Sessions, as the API hands them out.

use serde::Serialize;
use shared::auth::refresh::RefreshToken;
use shared::auth::token::{self, Caller, TokenIssuer};
use shared::domain::id::UserId;
use shared::domain::user::{PersonName, UserType};
use shared::http::{Problem, Request, Response, respond};
use shared::text::Text;

/// What a login and its renewals answer.
#[derive(Serialize)]
struct SessionView<'a> {
    message: &'a str,
    token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: &'a str,
    user: UserView<'a>,
}

#[derive(Serialize)]
struct UserView<'a> {
    user_id: UserId,
    name: &'a PersonName,
    user_type: UserType,
}

/// 200 with an access token for `caller`, and the refresh token that renews it.
///
/// # Errors
/// [`Problem::Internal`] when no token can be signed; none is known to occur.
pub fn session(
    request: &Request,
    tokens: &TokenIssuer,
    caller: &Caller,
    refresh_token: &RefreshToken,
) -> Result<Response, Problem> {
    Ok(respond::ok(&SessionView {
        message: greeting(caller.user_type).in_language(request.language()),
        token: tokens.issue(caller, request.received_at).map_err(Problem::internal)?,
        token_type: "Bearer",
        expires_in: token::LIFETIME.whole_seconds(),
        refresh_token: refresh_token.expose(),
        user: UserView {
            user_id: caller.user_id,
            name: &caller.name,
            user_type: caller.user_type,
        },
    }))
}

const fn greeting(user_type: UserType) -> Text {
    match user_type {
        UserType::Organizer => Text::fixed("로그인 성공! 주최자님 환영합니다.", "Logged in. Welcome, organizer!"),
        UserType::Personal => Text::fixed("로그인 성공! 개인 사용자님 환영합니다.", "Logged in. Welcome, runner!"),
    }
}
