//! `GET /marathons/{marathon_id}/official-records/{bib}`: the result of a bib.

use official_records::RecordView;
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
    let answer = respond::ok(&RecordView::from(record));
    Ok(respond::shared_by_all(respond::with_etag(answer, revision)))
}
