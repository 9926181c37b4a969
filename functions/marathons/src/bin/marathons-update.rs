//! `PUT /marathons/{marathon_id}`: updates a race. Day, distance and ranking time are fixed once there are results.

use shared::api::views::MarathonView;
use shared::auth::token::TokenVerifier;
use shared::domain::field::{FieldErrors, Invalid};
use shared::domain::marathon::MarathonInput;
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
    let input = request.body::<MarathonInput>()?;
    let marathon = request.own_marathon(db, &organizer).await?;
    let changed = marathon.changed(input)?;
    request.if_match(marathon.revision)?;
    if changed
        .capacity
        .is_some_and(|capacity| capacity.get() < marathon.player_count)
    {
        return Err(FieldErrors::one("capacity", Invalid::BelowPlayers).into());
    }
    if !marathon.is_measured_like(&changed) && db.has_records(marathon.marathon_id).await? {
        return Err(Problem::Conflict("has-records", HAS_RECORDS));
    }
    if !db.update_marathon(&changed, marathon.revision).await? {
        return Err(Problem::PreconditionFailed);
    }
    let marathon = request.marathon(db).await?;
    let revision = marathon.revision;
    Ok(respond::with_etag(respond::ok(&MarathonView::from(marathon)), revision))
}

const HAS_RECORDS: LocalizedText = LocalizedText::fixed(
    "공식 기록이 있는 대회의 날짜, 거리, 순위 기준은 바꿀 수 없습니다.",
    "The day, the distance and the ranking time of a race with official records cannot be changed.",
);
