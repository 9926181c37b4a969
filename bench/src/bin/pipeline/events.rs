//! What the stages are handed: the sample events, many times over, each with another runner.

use bench::Result;
use serde_json::{Value, json};

const STREAM: &str = include_str!("../../../../events/official-record.json");
const QUEUE: &str = include_str!("../../../../events/point-increase.json");

/// What makes the events of one run of a benchmark unlike those of another.
#[derive(Clone, Copy)]
pub struct Series(pub u32);

impl Series {
    fn record_id(self, number: usize) -> String {
        format!("0199a4b2-7c00-7000-8{:03x}-{number:012x}", self.0 % 0x1000)
    }
}

/// The events of a stream that tells of `count` entered records, `size` in each.
pub fn of_stream(series: Series, count: usize, size: usize) -> Result<Vec<Vec<u8>>> {
    let sample = first_record(STREAM)?;
    let record = |number: usize| {
        let mut record = sample.clone();
        let bib = json!({"S": number.to_string()});
        record["dynamodb"]["SequenceNumber"] = json!(format!("{number:021}"));
        record["dynamodb"]["Keys"]["bib"] = bib.clone();
        let image = &mut record["dynamodb"]["NewImage"];
        image["bib"] = bib;
        image["record_id"] = json!({"S": series.record_id(number)});
        image["user_id"] = json!({"N": (number + 1).to_string()});
        image["award_revision"] = json!({"N": "1"});
        image["revised_at"] = image["entered_at"].clone();
        record
    };
    Ok(batches((0..count).map(record), size))
}

/// The events of a queue that brings an award to each of the users, `size` in each.
pub fn of_queue(series: Series, users: &[u64], size: usize) -> Result<Vec<Vec<u8>>> {
    let sample = first_record(QUEUE)?;
    let body: Value = serde_json::from_str(sample["body"].as_str().ok_or("no body")?)?;
    let record = |(number, user_id): (usize, &u64)| {
        let mut message = body.clone();
        message["event_id"] = json!(format!("{}:1:award", series.record_id(number)));
        message["user_id"] = json!(user_id);
        message["bib"] = json!(number.to_string());
        message["occurred_at"] = json!("2026-03-15T11:26:02Z");
        let mut record = sample.clone();
        record["messageId"] = json!(number.to_string());
        record["body"] = json!(message.to_string());
        record
    };
    Ok(batches(users.iter().enumerate().map(record), size))
}

fn first_record(event: &str) -> Result<Value> {
    let mut event: Value = serde_json::from_str(event)?;
    Ok(event["Records"][0].take())
}

fn batches(records: impl Iterator<Item = Value>, size: usize) -> Vec<Vec<u8>> {
    let records: Vec<_> = records.collect();
    let batches = records.chunks(size);
    batches
        .map(|batch| json!({"Records": batch}).to_string().into_bytes())
        .collect()
}
