//! From the stream to the topic: records in order, in batches that can fail and be repeated.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use shared::domain::award;
use shared::domain::official_record::OfficialRecord;
use shared::pipeline::messages::Envelope;
use shared::runtime::{StreamEvent, StreamRecord};

/// An invocation of official-record.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The number of records in its batch.
    size: usize,
    fault: Option<Fault>,
}

#[derive(Debug, Clone)]
enum Fault {
    /// Publishing fails at one message. The messages before it are published, and because requests overlap, some after
    /// it. The next batch starts with the record that failed, or up to `rewind` records earlier.
    PublishFailed { at: Index, overlap: usize, rewind: usize },
    /// Everything is published, but the response is lost, and the batch is repeated.
    ResponseLost,
}

pub fn invocation() -> impl Strategy<Value = Invocation> {
    let publish_failed = (any::<Index>(), 0..3_usize, 0..3_usize);
    let publish_failed = publish_failed.prop_map(|(at, overlap, rewind)| Fault::PublishFailed { at, overlap, rewind });
    let fault = prop_oneof![
        1 => Just(None),
        2 => publish_failed.prop_map(Some),
        1 => Just(Some(Fault::ResponseLost)),
    ];
    (1..6_usize, fault).prop_map(|(size, fault)| Invocation { size, fault })
}

/// The published messages as JSON; those of each record at least once.
pub fn publish(records: &[Value], invocations: &[Invocation]) -> Result<Vec<String>, TestCaseError> {
    let mut published = Vec::new();
    let mut position = 0;
    let last = Invocation {
        size: records.len(),
        fault: None,
    };
    let mut invocations = invocations.iter();
    while position < records.len() {
        let invocation = invocations.next().unwrap_or(&last);
        let batch = &records[position..records.len().min(position + invocation.size)];
        position = invoke(batch, position, invocation.fault.as_ref(), &mut published)?;
    }
    Ok(published)
}

/// Publishes the messages of a batch that starts at `position`, and returns the position of the next batch.
fn invoke(
    batch: &[Value],
    position: usize,
    fault: Option<&Fault>,
    published: &mut Vec<String>,
) -> Result<usize, TestCaseError> {
    let (positions, messages): (Vec<usize>, Vec<String>) = messages(batch)?.into_iter().unzip();
    match fault {
        Some(Fault::PublishFailed { at, overlap, rewind }) if !messages.is_empty() => {
            let at = at.index(messages.len());
            let overlapping = messages.iter().skip(at + 1).step_by(2).take(*overlap);
            published.extend(messages.iter().take(at).chain(overlapping).cloned());
            Ok((position + positions[at]).saturating_sub(*rewind))
        }
        Some(Fault::ResponseLost) => {
            published.extend(messages);
            Ok(position)
        }
        _ => {
            published.extend(messages);
            Ok(position + batch.len())
        }
    }
}

/// The messages of a batch, as official-record makes them, each with the position of its record in the batch.
fn messages(batch: &[Value]) -> Result<Vec<(usize, String)>, TestCaseError> {
    let event: StreamEvent = serde_json::from_str(&json!({"Records": batch}).to_string()).unwrap();
    let records: Vec<StreamRecord<OfficialRecord>> = event.parse();
    prop_assert_eq!(records.len(), batch.len());
    let mut messages = Vec::new();
    for (position, record) in records.into_iter().enumerate() {
        prop_assert_eq!(&record.sequence_number, &batch[position]["dynamodb"]["SequenceNumber"]);
        let change = record
            .change
            .map_err(|dead_letter| TestCaseError::fail(format!("dead letter: {}", dead_letter.reason)))?;
        let events = award::events(change.old.as_ref(), change.new.as_ref());
        messages.extend(
            events
                .iter()
                .map(|event| (position, serde_json::to_string(&Envelope::new(event)).unwrap())),
        );
    }
    Ok(messages)
}
