//! `GET /marathons/{marathon_id}/official-records/{bib}`: the result of a bib.

use shared::api::views::RecordView;
use shared::domain::bib::Bib;
use shared::domain::id::MarathonId;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle(db: &'static MainDb, request: Request) -> Result<Response, Problem> {
    let (id, bib): (MarathonId, Bib) = (request.path("marathon_id")?, request.path("bib")?);
    let record = db.record(id, &bib).await?.ok_or_else(|| Problem::no_record(&bib))?;
    let revision = record.revision;
    let response = respond::ok(&RecordView::from(record));
    Ok(respond::public_cache(respond::with_etag(response, revision)))
}
