//! `POST /users/{user_id}/non-official-records`: creates a record.

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
    let input = request.body::<NonOfficialRecordInput>()?;
    let record = input.parse(user_id, RecordId::new(), 1, request.received_at.date())?;
    if !db.put_non_official_record(&record).await? {
        return Err(Problem::Busy);
    }
    let path = format!("/users/{user_id}/non-official-records/{}", record.record_id);
    Ok(respond::with_etag(
        respond::created(&path, &NonOfficialRecordView::from(record)),
        1,
    ))
}
