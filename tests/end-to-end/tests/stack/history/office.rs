//! The race office: does what a history says through the domain, and keeps what DynamoDB's stream would say of it.

use super::deed::{Deed, Owner};
use super::model::POINT;
use serde_json::{Value, json};
use shared::domain::bib::Bib;
use shared::domain::id::{MarathonId, RecordId, UserId};
use shared::domain::marathon::{Marathon, MarathonInput};
use shared::domain::official_record::OfficialRecord;
use shared::domain::outcome::{Outcome, OutcomeInput};
use shared::domain::player::Player;
use std::collections::BTreeMap;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// An account that `user_db` does not know; its ids do not get there in any test.
const STRANGER: i64 = 4_294_967_295;

pub struct Office {
    marathon: Marathon,
    runners: Vec<UserId>,
    records: BTreeMap<usize, OfficialRecord>,
    now: OffsetDateTime,
    stream: Vec<Value>,
}

impl Office {
    /// Holds a new race for these runners.
    pub fn new(marathon_id: MarathonId, runners: Vec<UserId>) -> Self {
        let new = MarathonInput {
            title: Some("History".into()),
            held_on: Some("2026-03-15".into()),
            starts_at: None,
            location: Some("Seoul".into()),
            distance_m: None,
            point: Some(POINT.into()),
            capacity: None,
            apply_until: None,
            ranked_by: None,
        };
        Self {
            marathon: new.parse(marathon_id, 1.try_into().unwrap()).unwrap(),
            runners,
            records: BTreeMap::new(),
            now: datetime!(2026-03-15 12:00 UTC),
            stream: Vec::new(),
        }
    }

    /// Does all of it and answers with the records of the stream, in their order.
    pub fn stream_of(mut self, history: &[Deed]) -> Vec<Value> {
        for deed in history {
            self.now += Duration::SECOND;
            self.carry_out(*deed);
        }
        self.stream
    }

    fn carry_out(&mut self, deed: Deed) {
        match deed {
            Deed::Enter { bib, owner, status } => {
                let new = self.entered(bib, owner, status);
                self.replace(bib, Some(new));
            }
            Deed::CorrectTime { bib } => {
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
            Deed::CorrectStatus { bib, status } => self.revise(bib, |record| record.outcome = outcome(status, 0)),
            Deed::Give { bib, to } => {
                let user_id = self.user_id(to);
                self.revise(bib, |record| record.user_id = user_id);
            }
            Deed::Delete { bib } => self.replace(bib, None),
            Deed::Reprice { point } => self.marathon.point = i64::from(point).try_into().unwrap(),
        }
    }

    fn entered(&self, bib: usize, owner: Owner, status: &str) -> OfficialRecord {
        let player = Player {
            marathon_id: self.marathon.marathon_id,
            user_id: self.user_id(owner).unwrap(),
            name: String::from("Runner 🏃").try_into().unwrap(),
            bib: bib_number(bib),
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
            Owner::Nobody => None,
            Owner::Runner(runner) => Some(self.runners[runner]),
            Owner::Stranger => UserId::try_from(STRANGER).ok(),
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
        if let Some(change) = self.told(bib, old.as_ref(), new.as_ref()) {
            self.stream.push(change);
        }
        if let Some(new) = new {
            self.records.insert(bib, new);
        }
    }

    /// A record of the stream as Lambda hands it out; none when nothing was there before or after.
    fn told(&self, bib: usize, old: Option<&OfficialRecord>, new: Option<&OfficialRecord>) -> Option<Value> {
        let name = match (old, new) {
            (None, None) => return None,
            (None, Some(_)) => "INSERT",
            (Some(_), Some(_)) => "MODIFY",
            (Some(_), None) => "REMOVE",
        };
        let number = self.stream.len() + 1;
        let mut change = json!({
            "ApproximateCreationDateTime": self.now.unix_timestamp(),
            "Keys": {"marathon_id": {"S": self.marathon.marathon_id}, "bib": {"S": bib_number(bib)}},
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

/// What is on the runner's chest.
pub fn bib_number(bib: usize) -> Bib {
    Bib::numbered(u32::try_from(bib).unwrap() + 1)
}

fn outcome(status: &str, seconds: i64) -> Outcome {
    let new = OutcomeInput {
        status: Some(status.to_owned()),
        net_time: (status == "finished").then(|| format!("3:10:{seconds:02}")),
        ..OutcomeInput::default()
    };
    new.parse(shared::domain::marathon::Distance::MARATHON).unwrap()
}

/// A record as DynamoDB's JSON; what is absent is left out, as `main_db` does.
fn image(record: &OfficialRecord) -> Value {
    let item: serde_dynamo::Item = serde_dynamo::to_item(record).unwrap();
    let mut image = serde_json::to_value(item).unwrap();
    let attributes = image.as_object_mut().unwrap();
    attributes.retain(|_, attribute| attribute.get("NULL").is_none());
    image
}
