//! From the `official_record` table's stream to the topic: what each change does to the points.

use shared::domain::award;
use shared::domain::official_record::OfficialRecord;
use shared::runtime::{self, Change, FailedAt};
use shared::topic::Topic;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::stream(handle).await
}

async fn handle(topic: &'static Topic, changes: Vec<Change<OfficialRecord>>) -> Result<(), FailedAt> {
    // Each event beside the change that caused it, so that a failure can be traced back.
    let (causes, events): (Vec<_>, Vec<_>) = changes
        .iter()
        .flat_map(|change| {
            award::events(change.old.as_ref(), change.new.as_ref())
                .into_iter()
                .map(move |event| (change, event))
        })
        .unzip();
    topic.publish(&events).await.map_err(|failed| FailedAt {
        sequence_number: causes[failed.index].sequence_number.clone(),
        reason: failed.reason,
    })?;
    tracing::info!(changes = changes.len(), events = events.len(), "events published");
    Ok(())
}
