//! From the stream to the topic: batches of records in their order, some of which fail on the way and come again.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use shared::domain::award;
use shared::domain::official_record::OfficialRecord;
use shared::pipeline::messages::Envelope;
use shared::runtime::{StreamEvent, StreamRecord};

/// One invocation of the function behind the stream.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// How many records it is handed.
    size: usize,
    fault: Option<Fault>,
}

#[derive(Debug, Clone)]
enum Fault {
    /// The topic does not take the message `at`; those before it are published, and some of those after it, because
    /// requests overlap. The stream comes back with the record that caused it, or with some before it.
    Refused { at: Index, overlap: usize, back: usize },
    /// All is published, but Lambda does not learn of it and hands out the same batch again.
    AnswerLost,
}

pub fn invocation() -> impl Strategy<Value = Invocation> {
    let rejected = (any::<Index>(), 0..3_usize, 0..3_usize);
    let rejected = rejected.prop_map(|(at, overlap, back)| Fault::Refused { at, overlap, back });
    let fault = prop_oneof![
        1 => Just(None),
        2 => rejected.prop_map(Some),
        1 => Just(Some(Fault::AnswerLost)),
    ];
    (1..6_usize, fault).prop_map(|(size, fault)| Invocation { size, fault })
}

/// The messages that reach the topic, as JSON: those of every record at least once.
pub fn publish(records: &[Value], invocations: &[Invocation]) -> Result<Vec<String>, TestCaseError> {
    let mut published = Vec::new();
    let mut position = 0;
    let rest = Invocation {
        size: records.len(),
        fault: None,
    };
    let mut invocations = invocations.iter();
    while position < records.len() {
        let invocation = invocations.next().unwrap_or(&rest);
        let batch = &records[position..records.len().min(position + invocation.size)];
        position = invoke(batch, position, invocation.fault.as_ref(), &mut published)?;
    }
    Ok(published)
}

/// Publishes the messages of a batch whose first record is at `position`, and answers with where the next one begins.
fn invoke(
    batch: &[Value],
    position: usize,
    fault: Option<&Fault>,
    published: &mut Vec<String>,
) -> Result<usize, TestCaseError> {
    let (causes, messages): (Vec<usize>, Vec<String>) = messages(batch)?.into_iter().unzip();
    match fault {
        Some(Fault::Refused { at, overlap, back }) if !messages.is_empty() => {
            let at = at.index(messages.len());
            let overlapping = messages.iter().skip(at + 1).step_by(2).take(*overlap);
            published.extend(messages.iter().take(at).chain(overlapping).cloned());
            Ok((position + causes[at]).saturating_sub(*back))
        }
        Some(Fault::AnswerLost) => {
            published.extend(messages);
            Ok(position)
        }
        _ => {
            published.extend(messages);
            Ok(position + batch.len())
        }
    }
}

/// What the function makes of a batch: each message beside the position of the record that causes it.
fn messages(batch: &[Value]) -> Result<Vec<(usize, String)>, TestCaseError> {
    let event: StreamEvent = serde_json::from_str(&json!({"Records": batch}).to_string()).unwrap();
    let records: Vec<StreamRecord<OfficialRecord>> = event.parse();
    prop_assert_eq!(records.len(), batch.len());
    let mut messages = Vec::new();
    for (position, record) in records.into_iter().enumerate() {
        prop_assert_eq!(&record.sequence_number, &batch[position]["dynamodb"]["SequenceNumber"]);
        let change = record
            .change
            .map_err(|dead| TestCaseError::fail(format!("not understood: {}", dead.reason)))?;
        let events = award::events(change.old.as_ref(), change.new.as_ref());
        messages.extend(
            events
                .iter()
                .map(|event| (position, serde_json::to_string(&Envelope::new(event)).unwrap())),
        );
    }
    Ok(messages)
}
