//! `GET /marathons/{marathon_id}`: a race.

use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle(db: &'static MainDb, request: Request) -> Result<Response, Problem> {
    Ok(respond::ok(&request.marathon(db).await?))
}
