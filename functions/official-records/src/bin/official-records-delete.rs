//! `DELETE /marathons/{marathon_id}/official-records/{bib}`: deletes a result.

use shared::auth::token::TokenVerifier;
use shared::domain::bib::Bib;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (MainDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    let organizer = request.organizer(tokens)?;
    let bib: Bib = request.path("bib")?;
    let marathon = request.own_marathon(db, &organizer).await?;
    db.delete_record(marathon.marathon_id, &bib).await?;
    Ok(respond::no_content())
}
