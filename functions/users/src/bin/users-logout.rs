//! `POST /users/logout`: ends a session, or every session of its user.

use serde::Deserialize;
use shared::auth::refresh::RefreshToken;
use shared::domain::field::{FieldErrors, Fields};
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::user_db::UserDb;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Logout {
    refresh_token: Option<String>,
    everywhere: Option<bool>,
}

impl Logout {
    fn parse(self) -> Result<(RefreshToken, bool), FieldErrors> {
        let mut fields = Fields::default();
        let token = fields.required("refresh_token", self.refresh_token, |text| {
            Ok(RefreshToken::from_request(text))
        });
        fields
            .finish((token,))
            .map(|(token,)| (token, self.everywhere.unwrap_or(false)))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle(db: &'static UserDb, request: Request) -> Result<Response, Problem> {
    let (token, everywhere) = request.body::<Logout>()?.parse()?;
    if db.end_session(&token, everywhere).await? {
        Ok(respond::no_content())
    } else {
        Err(Problem::invalid_refresh_token())
    }
}
