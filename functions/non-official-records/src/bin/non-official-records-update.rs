//! `PUT /users/{user_id}/non-official-records/{record_id}`: updates a record.

use shared::api::views::NonOfficialRecordView;
use shared::auth::token::TokenVerifier;
use shared::domain::id::RecordId;
use shared::domain::non_official_record::NonOfficialRecordInput;
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
    let input = request.body::<NonOfficialRecordInput>()?;
    let record = db
        .non_official_record(user_id, id)
        .await?
        .ok_or_else(|| Problem::no_non_official_record(id))?;
    request.if_match(record.revision)?;
    let changed = input.parse(user_id, id, record.revision + 1, request.received_at.date())?;
    if !db.put_non_official_record(&changed).await? {
        return Err(Problem::PreconditionFailed);
    }
    let revision = changed.revision;
    Ok(respond::with_etag(
        respond::ok(&NonOfficialRecordView::from(changed)),
        revision,
    ))
}
