//! `PUT /users/{user_id}/non-official-records/{record_id}`: a runner changes a run that is kept.

use non_official_records::{OwnRecordView, no_such_run};
use shared::auth::token::TokenVerifier;
use shared::domain::id::RecordId;
use shared::domain::own_record::NewOwnRecord;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (MainDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    let runner = request.runner(tokens)?;
    let user_id = request.path_self(&runner)?;
    let id: RecordId = request.path("record_id")?;
    let new = request.body::<NewOwnRecord>()?;
    let record = db.own_record(user_id, id).await?.ok_or_else(|| no_such_run(id))?;
    request.if_match(record.revision)?;
    let changed = new.parse(user_id, id, record.revision + 1, request.received_at.date())?;
    if !db.put_own_record(&changed).await? {
        return Err(Problem::PreconditionFailed);
    }
    let revision = changed.revision;
    Ok(respond::with_etag(respond::ok(&OwnRecordView::from(changed)), revision))
}
