//! `POST /marathons/{marathon_id}/players`: applies for a race.

use shared::api::views::PlayerView;
use shared::auth::token::TokenVerifier;
use shared::domain::player::ApplicationInput;
use shared::http::{Problem, Request, Response, respond};
use shared::main_db::MainDb;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::http(handle).await
}

async fn handle((db, tokens): &'static (MainDb, TokenVerifier), request: Request) -> Result<Response, Problem> {
    let runner = request.runner(tokens)?;
    let application = request.body_or_default::<ApplicationInput>()?;
    let applicant = application.parse(runner.user_id, runner.name, request.received_at)?;
    let marathon = request.marathon(db).await?;
    let player = db.apply(&marathon, &applicant).await?;
    let path = format!("/marathons/{}/players/{}", marathon.marathon_id, applicant.user_id);
    Ok(respond::created(&path, &PlayerView::new(&marathon, player)))
}
