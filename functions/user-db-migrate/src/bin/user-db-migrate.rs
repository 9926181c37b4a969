//! Migrates `user_db`. CloudFormation runs it before it updates the functions that use `user_db`.

use serde::Serialize;
use shared::runtime;
use user_db_migrate::Migrator;

#[derive(Serialize)]
struct Output {
    version: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::custom_resource(handle).await
}

async fn handle(migrator: &'static Migrator) -> Result<Output, runtime::Error> {
    Ok(Output {
        version: migrator.migrate().await?,
    })
}
