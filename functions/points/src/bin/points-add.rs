//! `POST /marathons/{marathon_id}/points`: the organizer of a race adjusts a player's points, with a reason. It goes
//! through the same queue as the points of records, once however often it is sent.

use shared::auth::token::TokenVerifier;
use shared::domain::adjustment::{Adjusted, IdempotencyKey, NewAdjustment};
use shared::domain::field::FieldErrors;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;
use shared::text::Text;
use shared::topic::Topic;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

type State = (MainDb, TokenVerifier, Topic);

async fn handle((db, tokens, topic): &'static State, request: Request) -> Result<Response, Problem> {
    let organizer = request.organizer(tokens)?;
    let key = request.required_header(IDEMPOTENCY_KEY)?.to_owned();
    let key = IdempotencyKey::try_from(key).map_err(|reason| FieldErrors::one(IDEMPOTENCY_KEY, reason))?;
    let adjustment = request.body::<NewAdjustment>()?.parse()?;
    let marathon = request.own_marathon(db, &organizer).await?;
    let player = db.player(marathon.marathon_id, &adjustment.runner).await?;
    let player = player.ok_or_else(|| Problem::no_player(&adjustment.runner.to_string()))?;
    let adjusted = Adjusted::new(&player, adjustment.point, adjustment.reason, &key);
    if db.keep_adjustment(&adjusted, request.received_at).await? != adjusted {
        return Err(Problem::Conflict("idempotency-key-reused", KEY_REUSED));
    }
    // Sent again with every repetition: the ledger counts it once, and a message that was lost is made good.
    topic
        .publish(&[adjusted.event(&marathon, player)])
        .await
        .map_err(Problem::internal)?;
    Ok(respond::accepted(&adjusted))
}

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const KEY_REUSED: Text = Text::fixed(
    "이 Idempotency-Key는 다른 내용으로 이미 사용되었습니다.",
    "This Idempotency-Key was used with another content before.",
);
