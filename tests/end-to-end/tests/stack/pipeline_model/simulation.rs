//! Applies a history to the domain, and records what the stream of DynamoDB would contain.

use super::model::INITIAL_POINT;
use super::operation::{Operation, Owner};
use serde_json::{Value, json};
use shared::domain::bib::Bib;
use shared::domain::id::{MarathonId, RecordId, UserId};
use shared::domain::marathon::{Distance, Marathon, MarathonInput};
use shared::domain::official_record::OfficialRecord;
use shared::domain::outcome::{Outcome, OutcomeInput};
use shared::domain::player::Player;
use std::collections::BTreeMap;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// The id of [`Owner::UnknownUser`]. No test inserts that many users.
const UNKNOWN_USER_ID: i64 = 4_294_967_295;

pub struct Simulation {
    marathon: Marathon,
    runners: Vec<UserId>,
    records: BTreeMap<usize, OfficialRecord>,
    now: OffsetDateTime,
    stream: Vec<Value>,
}

impl Simulation {
    /// A new race without results.
    pub fn new(marathon_id: MarathonId, runners: Vec<UserId>) -> Self {
        let input = MarathonInput {
            title: Some("History".into()),
            held_on: Some("2026-03-15".into()),
            starts_at: None,
            location: Some("Seoul".into()),
            distance_m: None,
            point: Some(INITIAL_POINT.into()),
            capacity: None,
            apply_until: None,
            ranked_by: None,
        };
        Self {
            marathon: input.parse(marathon_id, 1.try_into().unwrap()).unwrap(),
            runners,
            records: BTreeMap::new(),
            now: datetime!(2026-03-15 12:00 UTC),
            stream: Vec::new(),
        }
    }

    /// Applies a history and returns the stream records.
    pub fn run(mut self, history: &[Operation]) -> Vec<Value> {
        for operation in history {
            self.now += Duration::SECOND;
            self.apply(*operation);
        }
        self.stream
    }

    fn apply(&mut self, operation: Operation) {
        match operation {
            Operation::Enter { bib, owner, status } => {
                let record = self.enter(bib, owner, status);
                self.replace(bib, Some(record));
            }
            Operation::CorrectTime { bib } => {
                let seconds = self.now.unix_timestamp() % 60;
                let corrected = |record: &OfficialRecord| {
                    if record.ranking_time().is_some() {
                        outcome("finished", seconds)
                    } else {
                        record.outcome.clone()
                    }
                };
                self.revise(bib, |record| record.outcome = corrected(record));
            }
            Operation::CorrectStatus { bib, status } => self.revise(bib, |record| record.outcome = outcome(status, 0)),
            Operation::ChangeOwner { bib, owner } => {
                let user_id = self.user_id(owner);
                self.revise(bib, |record| record.user_id = user_id);
            }
            Operation::Delete { bib } => self.replace(bib, None),
            Operation::ChangePoint { point } => self.marathon.point = i64::from(point).try_into().unwrap(),
        }
    }

    fn enter(&self, bib: usize, owner: Owner, status: &str) -> OfficialRecord {
        let player = Player {
            marathon_id: self.marathon.marathon_id,
            user_id: self.user_id(owner).unwrap(),
            name: String::from("Runner 🏃").try_into().unwrap(),
            bib: self::bib(bib),
            gender: None,
            birth_date: None,
            held_on: self.marathon.held_on,
            applied_at: self.now,
            record_id: None,
        };
        OfficialRecord::enter(&self.marathon, player, outcome(status, 0), RecordId::new(), self.now)
    }

    fn user_id(&self, owner: Owner) -> Option<UserId> {
        match owner {
            Owner::NoAccount => None,
            Owner::Runner(runner) => Some(self.runners[runner]),
            Owner::UnknownUser => UserId::try_from(UNKNOWN_USER_ID).ok(),
        }
    }

    fn revise(&mut self, bib: usize, change: impl FnOnce(&mut OfficialRecord)) {
        let revised = self.records.get(&bib).map(|record| record.revised(self.now, change));
        if revised.is_some() {
            self.replace(bib, revised);
        }
    }

    fn replace(&mut self, bib: usize, new: Option<OfficialRecord>) {
        let old = self.records.remove(&bib);
        if let Some(record) = self.stream_record(bib, old.as_ref(), new.as_ref()) {
            self.stream.push(record);
        }
        if let Some(new) = new {
            self.records.insert(bib, new);
        }
    }

    /// A change as Lambda receives it from the stream; none if there is neither an old nor a new record.
    fn stream_record(&self, bib: usize, old: Option<&OfficialRecord>, new: Option<&OfficialRecord>) -> Option<Value> {
        let name = match (old, new) {
            (None, None) => return None,
            (None, Some(_)) => "INSERT",
            (Some(_), Some(_)) => "MODIFY",
            (Some(_), None) => "REMOVE",
        };
        let number = self.stream.len() + 1;
        let mut change = json!({
            "ApproximateCreationDateTime": self.now.unix_timestamp(),
            "Keys": {"marathon_id": {"S": self.marathon.marathon_id}, "bib": {"S": self::bib(bib)}},
            "SequenceNumber": format!("{number:021}"),
            "SizeBytes": 512,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        });
        for (side, record) in [("OldImage", old), ("NewImage", new)] {
            if let Some(record) = record {
                change[side] = image(record);
            }
        }
        Some(json!({
            "eventID": number.to_string(), "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb",
            "awsRegion": "us-east-1", "dynamodb": change,
            "eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/history/stream/2026-03-15T00:00:00.000",
        }))
    }
}

/// The bib with this index.
pub fn bib(index: usize) -> Bib {
    Bib::numbered(u32::try_from(index).unwrap() + 1)
}

fn outcome(status: &str, seconds: i64) -> Outcome {
    let input = OutcomeInput {
        status: Some(status.to_owned()),
        net_time: (status == "finished").then(|| format!("3:10:{seconds:02}")),
        ..OutcomeInput::default()
    };
    input.parse(Distance::MARATHON).unwrap()
}

/// A record in the JSON of DynamoDB. Null attributes are left out, as in `main_db`.
fn image(record: &OfficialRecord) -> Value {
    let item: serde_dynamo::Item = serde_dynamo::to_item(record).unwrap();
    let mut image = serde_json::to_value(item).unwrap();
    let attributes = image.as_object_mut().unwrap();
    attributes.retain(|_, attribute| attribute.get("NULL").is_none());
    image
}
