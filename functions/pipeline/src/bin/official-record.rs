//! From the `official_record` table's stream to the topic: what each change does to the points.

use shared::domain::award;
use shared::domain::official_record::OfficialRecord;
use shared::messages::{DeadLetter, OfRecord};
use shared::runtime::{self, Change, FailedAt, StreamRecord};
use shared::topic::Topic;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::stream(handle).await
}

async fn handle(topic: &'static Topic, records: Vec<StreamRecord<OfficialRecord>>) -> Result<(), FailedAt> {
    // Each message beside the record that caused it, so that a failure can be traced back.
    let (causes, messages): (Vec<_>, Vec<_>) = records
        .into_iter()
        .flat_map(|record| messages(record.change).map(move |message| (record.sequence_number.clone(), message)))
        .unzip();
    topic.publish(&messages).await.map_err(|failed| FailedAt {
        sequence_number: causes[failed.index].clone(),
        reason: failed.reason,
    })?;
    tracing::info!(messages = messages.len(), "published");
    Ok(())
}

fn messages(change: Result<Change<OfficialRecord>, DeadLetter>) -> impl Iterator<Item = OfRecord> {
    let (events, odd) = match change {
        Ok(change) => (award::events(change.old.as_ref(), change.new.as_ref()), None),
        Err(odd) => (Vec::new(), Some(odd)),
    };
    let events = events.into_iter().map(OfRecord::Event);
    events.chain(odd.map(OfRecord::DeadLetter))
}
