//! `DELETE /users/{user_id}/non-official-records/{record_id}`: deletes a record.

use shared::auth::token::TokenVerifier;
use shared::domain::id::RecordId;
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
    let record = db
        .non_official_record(user_id, id)
        .await?
        .ok_or_else(|| Problem::no_non_official_record(id))?;
    request.if_match(record.revision)?;
    if db.delete_non_official_record(user_id, id, record.revision).await? {
        Ok(respond::no_content())
    } else {
        Err(Problem::PreconditionFailed)
    }
}
