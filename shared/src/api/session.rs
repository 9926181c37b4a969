//! The response to a login and to a renewed session.

use crate::auth::refresh::RefreshToken;
use crate::auth::token::{self, Caller, TokenIssuer};
use crate::domain::id::UserId;
use crate::domain::user::{PersonName, UserType};
use crate::http::{LocalizedText, Problem, Request, Response, respond};
use serde::Serialize;

#[derive(Serialize)]
struct SessionView<'a> {
    message: &'a str,
    token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: &'a str,
    user: SessionUserView<'a>,
}

#[derive(Serialize)]
struct SessionUserView<'a> {
    user_id: UserId,
    name: &'a PersonName,
    user_type: UserType,
}

/// 200 with an access token for `caller`, and the refresh token that renews it.
pub fn respond_with_tokens(
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
        user: SessionUserView {
            user_id: caller.user_id,
            name: &caller.name,
            user_type: caller.user_type,
        },
    }))
}

const fn greeting(user_type: UserType) -> LocalizedText {
    match user_type {
        UserType::Organizer => {
            LocalizedText::fixed("로그인 성공! 주최자님 환영합니다.", "Logged in. Welcome, organizer!")
        }
        UserType::Personal => {
            LocalizedText::fixed("로그인 성공! 개인 사용자님 환영합니다.", "Logged in. Welcome, runner!")
        }
    }
}
