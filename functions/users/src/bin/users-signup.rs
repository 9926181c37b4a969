//! `POST /users`: sign up.

use serde::Serialize;
use shared::auth::password;
use shared::domain::id::UserId;
use shared::domain::user::{PersonName, SignUp, UserType};
use shared::http::{Problem, Request, Response, respond};
use shared::runtime;
use shared::user_db::UserDb;

#[derive(Serialize)]
struct Answer {
    user_id: UserId,
    login_id: String,
    name: PersonName,
    user_type: UserType,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle(db: &'static UserDb, request: Request) -> Result<Response, Problem> {
    let user = request.body::<SignUp>()?.parse(request.received_at.date())?;
    let password_hash = password::hash(&user.password).map_err(Problem::internal)?;
    let user_id = db.sign_up(&user, &password_hash).await?;
    let answer = Answer {
        user_id,
        login_id: user.login_id.as_str().to_owned(),
        name: user.profile.name,
        user_type: user.user_type,
    };
    Ok(respond::created(&format!("/users/{user_id}"), &answer))
}
