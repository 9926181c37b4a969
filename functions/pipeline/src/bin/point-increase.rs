//! From the queue to `user_db`: points enter the ledger, and then the topic hears of it.

use shared::messages::{Notice, PointEvent};
use shared::metrics;
use shared::runtime::{self, Batch, Failures};
use shared::topic::Topic;
use shared::user_db::UserDb;
use time::OffsetDateTime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::sqs(handle).await
}

async fn handle((db, topic): &'static (UserDb, Topic), batch: Batch<PointEvent>) -> Result<Failures, runtime::Error> {
    let events: Vec<_> = batch.iter().map(|delivery| delivery.message.clone()).collect();
    let posting = db.post(&events).await?;
    let (entered, duplicates) = (posting.entered.len(), posting.duplicates);
    metrics::entered(&posting.entered, OffsetDateTime::now_utc());
    metrics::duplicates_ignored(duplicates);
    tracing::info!(entered, duplicates, owed = posting.owed.len(), "posted");
    // When this fails, the batch comes back: its events are duplicates then, but their notice is still owed.
    let notices = Notice::for_each_race(posting.to_notify());
    if !notices.is_empty() {
        topic.publish(&notices).await?;
        db.mark_notified(posting.to_notify()).await?;
    }
    let is_unknown = |event: &PointEvent| posting.unknown_users.contains(&event.user_id);
    let unknown = batch.into_iter().filter(|delivery| is_unknown(&delivery.message));
    let failures = unknown.inspect(|delivery| {
        let event = &delivery.message;
        metrics::poison();
        tracing::error!(message_id = delivery.message_id, event_id = event.event_id, user_id = %event.user_id, reason = "unknown user", "message failed");
    });
    Ok(failures.map(|delivery| delivery.message_id).collect())
}
