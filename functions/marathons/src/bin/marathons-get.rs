//! `GET /marathons/{marathon_id}`: a race.

use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle(db: &'static MainDb, request: Request) -> Result<Response, Problem> {
    let marathon = request.marathon(db).await?;
    Ok(respond::shared_by_all(respond::with_etag(
        respond::ok(&marathon),
        marathon.revision,
    )))
}
