//! `POST /marathons/{marathon_id}/official-records`: enters a result.

use shared::api::views::RecordView;
use shared::auth::token::TokenVerifier;
use shared::domain::id::RecordId;
use shared::domain::official_record::{OfficialRecord, OfficialRecordInput};
use shared::http::LocalizedText;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (MainDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    let organizer = request.organizer(tokens)?;
    let input = request.body::<OfficialRecordInput>()?;
    let marathon = request.own_marathon(db, &organizer).await?;
    let (player, outcome) = input.parse(marathon.distance_m)?;
    if !marathon.accepts_results(request.received_at) {
        return Err(Problem::Conflict("not-started", NOT_STARTED));
    }
    let player = db
        .player(marathon.marathon_id, &player)
        .await?
        .ok_or_else(|| Problem::no_player(&player))?;
    let record = OfficialRecord::enter(&marathon, player, outcome, RecordId::new(), request.received_at);
    db.enter_record(&record).await?;
    let path = format!("/marathons/{}/official-records/{}", record.marathon_id, record.bib);
    Ok(respond::with_etag(
        respond::created(&path, &RecordView::from(record)),
        1,
    ))
}

const NOT_STARTED: LocalizedText = LocalizedText::fixed(
    "대회일 이전에는 공식 기록을 입력할 수 없습니다.",
    "Official records can be entered from race day on.",
);
