//! `POST /users`: signs up.

use shared::api::views::SignedUpView;
use shared::auth::password;
use shared::domain::user::SignUpInput;
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::user_db::UserDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle(db: &'static UserDb, request: Request) -> Result<Response, Problem> {
    let user = request.body::<SignUpInput>()?.parse(request.received_at.date())?;
    let password_hash = password::hash(&user.password).map_err(Problem::internal)?;
    let user_id = db.sign_up(&user, &password_hash).await?;
    let view = SignedUpView::new(user_id, user);
    Ok(respond::created(&format!("/users/{user_id}"), &view))
}
