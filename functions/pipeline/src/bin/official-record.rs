//! Publishes the point events of each change in the `official_record` stream to the topic.

use shared::domain::award;
use shared::domain::official_record::OfficialRecord;
use shared::pipeline::messages::{DeadLetter, RecordMessage};
use shared::pipeline::topic::Topic;
use shared::runtime::{self, Change, RecordFailure, StreamRecord};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::stream(handle).await
}

async fn handle(topic: &'static Topic, records: Vec<StreamRecord<OfficialRecord>>) -> Result<(), RecordFailure> {
    // Each message with the sequence number of its record, to report which record failed.
    let (sequence_numbers, messages): (Vec<_>, Vec<_>) = records
        .into_iter()
        .flat_map(|record| messages(record.change).map(move |message| (record.sequence_number.clone(), message)))
        .unzip();
    topic.publish(&messages).await.map_err(|failed| RecordFailure {
        sequence_number: sequence_numbers[failed.index].clone(),
        reason: failed.reason,
    })?;
    tracing::info!(messages = messages.len(), "published");
    Ok(())
}

fn messages(change: Result<Change<OfficialRecord>, DeadLetter>) -> impl Iterator<Item = RecordMessage> {
    let (events, dead_letter) = match change {
        Ok(change) => (award::events(change.old.as_ref(), change.new.as_ref()), None),
        Err(dead_letter) => (Vec::new(), Some(dead_letter)),
    };
    let events = events.into_iter().map(RecordMessage::PointEvent);
    events.chain(dead_letter.map(RecordMessage::DeadLetter))
}
