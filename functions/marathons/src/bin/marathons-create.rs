//! `POST /marathons`: creates a race.

use shared::api::views::MarathonView;
use shared::auth::token::TokenVerifier;
use shared::domain::id::MarathonId;
use shared::domain::marathon::MarathonInput;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (MainDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    let organizer = request.organizer(tokens)?;
    let marathon = request
        .body::<MarathonInput>()?
        .parse(MarathonId::new(), organizer.user_id)?;
    db.create_marathon(&marathon).await?;
    let path = format!("/marathons/{}", marathon.marathon_id);
    let revision = marathon.revision;
    Ok(respond::with_etag(
        respond::created(&path, &MarathonView::from(marathon)),
        revision,
    ))
}
