//! Brings `user_db` to the newest schema; a deployment invokes it before new code takes traffic.

use serde::Serialize;
use serde::de::IgnoredAny;
use shared::runtime;
use shared::user_db::UserDb;

#[derive(Serialize)]
struct Answer {
    version: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::job(handle).await
}

async fn handle(db: &'static UserDb, _: IgnoredAny) -> Result<Answer, runtime::Error> {
    Ok(Answer {
        version: db.migrate().await?,
    })
}
