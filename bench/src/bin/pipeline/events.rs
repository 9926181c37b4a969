//! Events for the stages: copies of the sample events in `events/`, each record with another runner.

use bench::Result;
use serde_json::{Value, json};

const STREAM_EVENT: &str = include_str!("../../../../events/official-record.json");
const QUEUE_EVENT: &str = include_str!("../../../../events/point-increase.json");

/// Makes record ids unique across runs: points are awarded once for each.
#[derive(Clone, Copy)]
pub struct RunId(pub u32);

impl RunId {
    fn record_id(self, number: usize) -> String {
        format!("0199a4b2-7c00-7000-8{:03x}-{number:012x}", self.0 % 0x1000)
    }
}

/// Events of the `official_record` stream for `count` new records.
pub fn stream_events(run_id: RunId, count: usize, batch_size: usize) -> Result<Vec<Vec<u8>>> {
    let sample = first_record(STREAM_EVENT)?;
    let records = (0..count).map(|number| {
        let mut record = sample.clone();
        let bib = json!({"S": number.to_string()});
        record["dynamodb"]["SequenceNumber"] = json!(format!("{number:021}"));
        record["dynamodb"]["Keys"]["bib"] = bib.clone();
        let image = &mut record["dynamodb"]["NewImage"];
        image["bib"] = bib;
        image["record_id"] = json!({"S": run_id.record_id(number)});
        image["user_id"] = json!({"N": (number + 1).to_string()});
        image["award_revision"] = json!({"N": "1"});
        image["revised_at"] = image["entered_at"].clone();
        record
    });
    Ok(batches(records, batch_size))
}

/// Events of the point-increase queue with one award for each user.
pub fn queue_events(run_id: RunId, user_ids: &[u64], batch_size: usize) -> Result<Vec<Vec<u8>>> {
    let sample = first_record(QUEUE_EVENT)?;
    let sample_message: Value = serde_json::from_str(sample["body"].as_str().ok_or("no body")?)?;
    let records = user_ids.iter().enumerate().map(|(number, user_id)| {
        let mut message = sample_message.clone();
        message["event_id"] = json!(format!("{}:1:award", run_id.record_id(number)));
        message["user_id"] = json!(user_id);
        message["bib"] = json!(number.to_string());
        message["occurred_at"] = json!("2026-03-15T11:26:02Z");
        let mut record = sample.clone();
        record["messageId"] = json!(number.to_string());
        record["body"] = json!(message.to_string());
        record
    });
    Ok(batches(records, batch_size))
}

fn first_record(event: &str) -> Result<Value> {
    let mut event: Value = serde_json::from_str(event)?;
    Ok(event["Records"][0].take())
}

fn batches(records: impl Iterator<Item = Value>, batch_size: usize) -> Vec<Vec<u8>> {
    let records: Vec<_> = records.collect();
    records
        .chunks(batch_size)
        .map(|batch| json!({"Records": batch}).to_string().into_bytes())
        .collect()
}
