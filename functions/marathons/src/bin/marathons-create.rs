//! `POST /marathons`: an organizer creates a race.

use shared::auth::token::TokenVerifier;
use shared::domain::id::MarathonId;
use shared::domain::marathon::NewMarathon;
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
        .body::<NewMarathon>()?
        .parse(MarathonId::new(), organizer.user_id)?;
    db.create_marathon(&marathon).await?;
    let answer = respond::created(&format!("/marathons/{}", marathon.marathon_id), &marathon);
    Ok(respond::with_etag(answer, marathon.revision))
}
