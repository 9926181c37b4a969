//! From the topic to Discord: who was awarded how many points.

use shared::discord::Discord;
use shared::domain::digest::Digest;
use shared::messages::Notice;
use shared::runtime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::sns(handle).await
}

async fn handle(discord: &'static Discord, notice: Notice) -> Result<(), runtime::Error> {
    discord.post(&Digest::new(&notice)).await?;
    tracing::info!(marathon_id = %notice.marathon_id, awards = notice.count, "Discord told");
    Ok(())
}
