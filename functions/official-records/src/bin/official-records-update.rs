//! `PUT /marathons/{marathon_id}/official-records/{bib}`: corrects a result.

use shared::api::views::RecordView;
use shared::auth::token::TokenVerifier;
use shared::domain::bib::Bib;
use shared::domain::outcome::OutcomeInput;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (MainDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    let organizer = request.organizer(tokens)?;
    let input = request.body::<OutcomeInput>()?;
    let bib: Bib = request.path("bib")?;
    let marathon = request.own_marathon(db, &organizer).await?;
    let outcome = input.parse(marathon.distance_m)?;
    let record = db
        .record(marathon.marathon_id, &bib)
        .await?
        .ok_or_else(|| Problem::no_record(&bib))?;
    request.if_match(record.revision)?;
    let corrected = record.revised(request.received_at, |record| record.outcome = outcome);
    if !db.correct_record(&corrected).await? {
        return Err(Problem::PreconditionFailed);
    }
    let revision = corrected.revision;
    Ok(respond::with_etag(respond::ok(&RecordView::from(corrected)), revision))
}
