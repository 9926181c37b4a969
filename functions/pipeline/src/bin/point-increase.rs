//! Posts point events from the queue to the ledger in `user_db`, and then publishes notifications to the topic.

use shared::config::{ConfigError, FromEnv};
use shared::domain::point_event::PointEvent;
use shared::metrics;
use shared::pipeline::messages::PointsNotification;
use shared::pipeline::topic::Topic;
use shared::runtime::{self, Batch, Failures};
use shared::user_db::{ConnectWait, UserDb};
use time::OffsetDateTime;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::sqs(handle).await
}

struct State {
    db: UserDb,
    topic: Topic,
}

impl FromEnv for State {
    fn from_env() -> Result<Self, ConfigError> {
        Ok(Self {
            db: UserDb::from_env_with(ConnectWait::Queue)?,
            topic: Topic::from_env()?,
        })
    }
}

async fn handle(State { db, topic }: &'static State, batch: Batch<PointEvent>) -> Result<Failures, runtime::Error> {
    let events: Vec<_> = batch.iter().map(|delivery| delivery.message.clone()).collect();
    let result = db.post(&events).await?;
    let (posted, duplicates) = (result.posted.len(), result.duplicates);
    metrics::points_posted(&result.posted, OffsetDateTime::now_utc());
    metrics::duplicates_ignored(duplicates);
    tracing::info!(posted, duplicates, pending = result.pending.len(), "posted");
    // If this fails, SQS delivers the batch again. Its events are then duplicates with a pending notification.
    let notifications = PointsNotification::for_each_race(result.to_notify());
    if !notifications.is_empty() {
        topic.publish(&notifications).await?;
        db.mark_notified(result.to_notify()).await?;
    }
    let is_unknown = |event: &PointEvent| result.unknown_users.contains(&event.user_id);
    let unknown = batch.into_iter().filter(|delivery| is_unknown(&delivery.message));
    let failures = unknown.inspect(|delivery| {
        let event = &delivery.message;
        metrics::poison_message();
        tracing::error!(message_id = delivery.message_id, event_id = event.event_id, user_id = %event.user_id, reason = "unknown user", "message failed");
    });
    Ok(failures.map(|delivery| delivery.message_id).collect())
}
