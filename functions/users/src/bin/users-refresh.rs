//! `POST /users/refresh`: renews a session. Each refresh token works once.

use serde::Deserialize;
use shared::api::session;
use shared::auth::refresh::RefreshToken;
use shared::auth::token::TokenIssuer;
use shared::domain::field::{FieldErrors, Fields};
use shared::http::{Problem, Request, Response};
use shared::runtime;
use shared::user_db::UserDb;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Renewal {
    refresh_token: Option<String>,
}

impl Renewal {
    fn parse(self) -> Result<RefreshToken, FieldErrors> {
        let mut fields = Fields::default();
        let token = fields.required("refresh_token", self.refresh_token, |text| {
            Ok(RefreshToken::from_request(text))
        });
        fields.finish((token,)).map(|(token,)| token)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (UserDb, TokenIssuer), request: Request) -> Result<Response, Problem> {
    let token = request.body::<Renewal>()?.parse()?;
    let next = RefreshToken::generate().map_err(Problem::internal)?;
    let caller = db.renew_session(&token, &next, request.received_at).await?;
    session::respond_with_tokens(&request, tokens, &caller, &next)
}
