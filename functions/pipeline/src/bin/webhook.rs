//! Posts notifications from the queue to Discord, one digest for each race in the batch.

use futures_util::future::join_all;
use shared::domain::id::MarathonId;
use shared::metrics;
use shared::pipeline::discord::{Deadline, Digest, Discord};
use shared::pipeline::messages::PointsNotification;
use shared::runtime::{self, Batch, Delivery, Failures};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::sqs(handle).await
}

async fn handle(discord: &'static Discord, batch: Batch<PointsNotification>) -> Result<Failures, runtime::Error> {
    let mut races: BTreeMap<MarathonId, (PointsNotification, Vec<String>)> = BTreeMap::new();
    for Delivery { message_id, message } in batch {
        match races.entry(message.marathon_id) {
            Entry::Vacant(race) => drop(race.insert((message, vec![message_id]))),
            Entry::Occupied(mut race) => {
                let (notification, message_ids) = race.get_mut();
                notification.merge(message);
                message_ids.push(message_id);
            }
        }
    }
    // Concurrently, so that a race with a slow or deleted webhook does not use up the time of the others.
    let deadline = Deadline::start();
    let failures = races
        .into_iter()
        .map(async |(marathon_id, (notification, message_ids))| {
            let digest = Digest::new(&notification.truncated());
            match discord.post(marathon_id, &digest, deadline).await {
                Ok(()) => {
                    metrics::digest_posted();
                    tracing::info!(%marathon_id, notifications = message_ids.len(), "digest posted");
                    Failures::new()
                }
                Err(error) => {
                    tracing::error!(%marathon_id, ?message_ids, reason = %error, "digest not posted");
                    message_ids
                }
            }
        });
    Ok(join_all(failures).await.concat())
}
