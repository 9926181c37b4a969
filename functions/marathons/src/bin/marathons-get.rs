//! `GET /marathons/{marathon_id}`: a race.

use shared::api::views::MarathonView;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle(db: &'static MainDb, request: Request) -> Result<Response, Problem> {
    let marathon = request.marathon(db).await?;
    let revision = marathon.revision;
    let response = respond::ok(&MarathonView::from(marathon));
    Ok(respond::public_cache(respond::with_etag(response, revision)))
}
