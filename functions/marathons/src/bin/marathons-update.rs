//! `PUT /marathons/{marathon_id}`: the organizer of a race changes it, but not what its results were measured against.

use shared::auth::token::TokenVerifier;
use shared::domain::field::{FieldErrors, Invalid};
use shared::domain::marathon::{Marathon, NewMarathon};
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;
use shared::text::Text;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (MainDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    let organizer = request.organizer(tokens)?;
    let new = request.body::<NewMarathon>()?;
    let marathon = request.own_marathon(db, &organizer).await?;
    let changed = marathon.changed(new)?;
    request.if_match(marathon.revision)?;
    if changed
        .capacity
        .is_some_and(|capacity| capacity.get() < marathon.player_count)
    {
        return Err(FieldErrors::one("capacity", Invalid::BelowPlayers).into());
    }
    if !marathon.measures_like(&changed) && db.has_records(marathon.marathon_id).await? {
        return Err(Problem::Conflict("has-records", HAS_RECORDS));
    }
    if !db.update_marathon(&changed, marathon.revision).await? {
        return Err(Problem::PreconditionFailed);
    }
    let marathon: Marathon = request.marathon(db).await?;
    Ok(respond::with_etag(respond::ok(&marathon), marathon.revision))
}

const HAS_RECORDS: Text = Text::fixed(
    "공식 기록이 있는 대회의 날짜, 거리, 순위 기준은 바꿀 수 없습니다.",
    "The day, the distance and the deciding time of a race with official records cannot be changed.",
);
