//! From its queue to Discord: who was awarded how many points, one message for each race.

use futures_util::future::join_all;
use shared::discord::{Discord, Patience};
use shared::domain::digest::Digest;
use shared::domain::id::MarathonId;
use shared::messages::Notice;
use shared::metrics;
use shared::runtime::{self, Batch, Delivery, Failures};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::sqs(handle).await
}

async fn handle(discord: &'static Discord, batch: Batch<Notice>) -> Result<Failures, runtime::Error> {
    let mut races: BTreeMap<MarathonId, (Notice, Vec<String>)> = BTreeMap::new();
    for Delivery { message_id, message } in batch {
        match races.entry(message.marathon_id) {
            Entry::Vacant(race) => drop(race.insert((message, vec![message_id]))),
            Entry::Occupied(mut race) => {
                let (notice, message_ids) = race.get_mut();
                notice.add(message);
                message_ids.push(message_id);
            }
        }
    }
    // Side by side: a race whose webhook is slow, or gone, takes no patience from the others.
    let patience = Patience::begin();
    let failures = races.into_iter().map(async |(marathon_id, (notice, message_ids))| {
        let digest = Digest::new(&notice.shortened());
        match discord.post(marathon_id, &digest, patience).await {
            Ok(()) => {
                metrics::digest_posted();
                tracing::info!(%marathon_id, notices = message_ids.len(), "Discord told");
                Failures::new()
            }
            Err(error) => {
                tracing::error!(%marathon_id, ?message_ids, reason = %error, "Discord not told");
                message_ids
            }
        }
    });
    Ok(join_all(failures).await.concat())
}
