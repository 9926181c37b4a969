//! Brings `user_db` to the newest schema; a deployment has it done before new code takes traffic.

use serde::Serialize;
use shared::runtime;
use user_db_migrate::Migrator;

#[derive(Serialize)]
struct Answer {
    version: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::deployment(handle).await
}

async fn handle(migrator: &'static Migrator) -> Result<Answer, runtime::Error> {
    Ok(Answer {
        version: migrator.migrate().await?,
    })
}
