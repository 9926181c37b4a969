//! From the queue to `user_db`: points enter the ledger, and then the topic hears of it.

use shared::messages::{Notice, PointEvent};
use shared::runtime::{self, Batch, Failures};
use shared::topic::Topic;
use shared::user_db::UserDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::sqs(handle).await
}

async fn handle((db, topic): &'static (UserDb, Topic), batch: Batch<PointEvent>) -> Result<Failures, runtime::Error> {
    let events: Vec<_> = batch.iter().map(|delivery| delivery.message.clone()).collect();
    let posting = db.post(&events).await?;
    tracing::info!(
        to_notify = posting.to_notify.len(),
        duplicates = posting.duplicates,
        "posted"
    );
    // When this fails, the batch comes back: its events are duplicates then, but their notice is still owed.
    if !posting.to_notify.is_empty() {
        topic.publish(&Notice::for_each_race(&posting.to_notify)).await?;
        db.mark_notified(&posting.to_notify).await?;
    }
    let unknown = batch
        .into_iter()
        .filter(|delivery| posting.unknown_users.contains(&delivery.message.user_id));
    let failures = unknown.inspect(|delivery| {
        let event = &delivery.message;
        tracing::error!(message_id = delivery.message_id, event_id = event.event_id, user_id = %event.user_id, "unknown user");
    });
    Ok(failures.map(|delivery| delivery.message_id).collect())
}
