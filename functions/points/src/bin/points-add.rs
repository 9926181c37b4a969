//! `POST /marathons/{marathon_id}/points`: adjusts a player's points with a reason, through the same queue as the points of
//! records. Idempotent by the `Idempotency-Key`.

use shared::api::views::AdjustmentView;
use shared::auth::token::TokenVerifier;
use shared::domain::adjustment::{Adjustment, AdjustmentInput, IdempotencyKey};
use shared::domain::field::FieldErrors;
use shared::http::LocalizedText;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::pipeline::topic::Topic;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

type State = (MainDb, TokenVerifier, Topic);

async fn handle((db, tokens, topic): &'static State, request: Request) -> Result<Response, Problem> {
    let organizer = request.organizer(tokens)?;
    let key = request.required_header(IDEMPOTENCY_KEY)?.to_owned();
    let key = IdempotencyKey::try_from(key).map_err(|reason| FieldErrors::one(IDEMPOTENCY_KEY, reason))?;
    let input = request.body::<AdjustmentInput>()?.parse()?;
    let marathon = request.own_marathon(db, &organizer).await?;
    let player = db.player(marathon.marathon_id, &input.player).await?;
    let player = player.ok_or_else(|| Problem::no_player(&input.player))?;
    let adjustment = Adjustment::new(&player, input.point, input.reason, &key);
    if db.store_adjustment(&adjustment, request.received_at).await? != adjustment {
        return Err(Problem::Conflict("idempotency-key-reused", KEY_REUSED));
    }
    // Published for a repeated request too, in case the first attempt failed here; the ledger counts it once.
    topic.publish(&[adjustment.point_event(&marathon, player)]).await?;
    Ok(respond::accepted(&AdjustmentView::from(adjustment)))
}

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const KEY_REUSED: LocalizedText = LocalizedText::fixed(
    "이 Idempotency-Key는 다른 내용으로 이미 사용되었습니다.",
    "This Idempotency-Key was already used with other content.",
);
