//! What has to hold after every fault, once the stages have nothing left to do: the invariants I1 to I6 of the pipeline.

use crate::api::Api;
use crate::people::Race;
use crate::stack::Stack;
use crate::wait::eventually_within;
use serde_json::Value;
use sqlx::{Connection, FromRow, MySqlConnection};
use std::collections::BTreeMap;
use std::time::Duration;

/// Where messages wait for somebody.
const DEAD_LETTER_QUEUES: [&str; 3] = ["PointIncreaseDlq", "WebhookDlq", "OfficialRecordDlq"];
/// Longest time until the stages have nothing left to do: some redeliveries, and thousands of records.
const DEADLINE: Duration = Duration::from_mins(4);

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Line {
    pub event_id: String,
    pub user_id: u64,
    pub bib: String,
    pub point: i64,
    /// Whether its notice is published.
    pub told: bool,
}

/// What Discord has heard of a race.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub messages: usize,
    pub lines: usize,
    pub points: i64,
}

/// How often a line of the ledger may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notices {
    /// Nothing that happened could make a notice go out twice.
    Once,
    /// A notice may have gone out before what was to be remembered of it was lost (I5: at least once).
    AtLeastOnce,
}

/// The number of dead letters at some moment.
#[derive(Debug)]
pub struct Invariants {
    dead: [u64; DEAD_LETTER_QUEUES.len()],
}

/// How a race stands when all is done.
#[derive(Debug)]
pub struct Standing {
    pub records: usize,
    pub lines: usize,
    pub points: i64,
    pub told: Told,
}

impl Invariants {
    /// From now on, once the stages have nothing to do.
    pub async fn from_now() -> Self {
        eventually_within("idle queues", DEADLINE, idle, |idle| *idle).await;
        Self {
            dead: dead_letters().await,
        }
    }

    /// How many messages have died in a queue.
    pub async fn died(&self, queue: &str) -> u64 {
        let index = DEAD_LETTER_QUEUES.iter().position(|name| *name == queue).unwrap();
        dead_letters().await[index] - self.dead[index]
    }

    /// Waits until a race has this many lines in the ledger and the stages nothing left to do; then everything holds, and
    /// nothing has died.
    pub async fn hold(&self, race: &Race, lines: u32, notices: Notices) -> Standing {
        let lines = lines as usize;
        let there = async || (race.ledger().await.len(), idle().await);
        eventually_within("the ledger is complete", DEADLINE, there, |(found, idle)| {
            *idle && *found >= lines
        })
        .await;
        let (records, ledger, told) = (race.records().await, race.ledger().await, race.told().await);
        assert_eq!(ledger.len(), lines, "each event is in the ledger once (I3)");
        assert_eq!(totals_that_differ().await, [], "a total is the sum of its ledger (I1)");
        assert_eq!(
            sums(&ledger),
            awards(&records),
            "the ledger is what the records are worth (I2)"
        );
        let untold: Vec<_> = ledger.iter().filter(|line| !line.told).collect();
        assert!(untold.is_empty(), "every commit is noticed (I5): {untold:?}");
        assert_eq!(dead_letters().await, self.dead, "nothing is dead (I4, I6)");
        let points = ledger.iter().map(|line| line.point).sum();
        match notices {
            Notices::Once => assert_eq!((told.lines, told.points), (lines, points), "{told:?}"),
            Notices::AtLeastOnce => assert!(told.lines >= lines, "{told:?}"),
        }
        Standing {
            records: records.len(),
            lines,
            points,
            told,
        }
    }
}

impl Race {
    /// This race's lines in the ledger, in the order of their entry.
    pub async fn ledger(&self) -> Vec<Line> {
        let mut user_db = MySqlConnection::connect(&Stack::get().user_db).await.unwrap();
        let lines = sqlx::query_as(
            "SELECT event_id, user_id, bib, point, notified_at IS NOT NULL AS told
             FROM points WHERE marathon_id = ? ORDER BY point_id",
        );
        lines.bind(&self.marathon_id).fetch_all(&mut user_db).await.unwrap()
    }

    /// This race's records, as the API answers them.
    pub async fn records(&self) -> Vec<Value> {
        let (mut records, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = self.path(&format!("/official-records?limit=500{cursor}"));
            let page = Api::anonymous().get(&path).await.expect(200);
            records.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return records,
            }
        }
    }

    /// What Discord has heard of this race.
    pub async fn told(&self) -> Told {
        let messages = Stack::get().discord_messages(&self.title).await;
        let mut told = Told {
            messages: messages.len(),
            lines: 0,
            points: 0,
        };
        for message in messages {
            let (lines, points) = sums_of(&message);
            told.lines += lines;
            told.points += points;
        }
        told
    }
}

/// The number of lines and the sum of points that a digest begins with.
fn sums_of(message: &str) -> (usize, i64) {
    let (_, after) = message.split_once("기록 ").unwrap_or_else(|| panic!("{message}"));
    let (lines, after) = after.split_once("건, 합계 ").unwrap();
    let (points, _) = after.split_once('점').unwrap();
    (lines.parse().unwrap(), points.parse().unwrap())
}

/// The ledger's sum for each bib.
fn sums(ledger: &[Line]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for line in ledger {
        *sums.entry(line.bib.clone()).or_default() += line.point;
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

/// What each record is worth, by its bib.
fn awards(records: &[Value]) -> BTreeMap<String, i64> {
    let finished = records
        .iter()
        .filter(|record| record["status"] == "finished" && record["user_id"].is_u64());
    let awards = finished.map(|record| {
        (
            record["bib"].as_str().unwrap().to_owned(),
            record["point"].as_i64().unwrap(),
        )
    });
    awards.collect()
}

/// Users, their totals, and the sums of their ledgers, where these differ.
async fn totals_that_differ() -> Vec<(u64, i64, i64)> {
    let mut user_db = MySqlConnection::connect(&Stack::get().user_db).await.unwrap();
    let differing = sqlx::query_as(
        "SELECT u.user_id, u.total_point, CAST(COALESCE(SUM(p.point), 0) AS SIGNED) AS ledger
         FROM users u LEFT JOIN points p ON p.user_id = u.user_id
         GROUP BY u.user_id, u.total_point HAVING u.total_point <> ledger",
    );
    differing.fetch_all(&mut user_db).await.unwrap()
}

/// Whether no queue holds anything that a stage has still to handle, in the order that messages travel.
async fn idle() -> bool {
    let stack = Stack::get();
    stack.queue_depth("PointIncreaseQueue").await == 0 && stack.queue_depth("WebhookQueue").await == 0
}

async fn dead_letters() -> [u64; DEAD_LETTER_QUEUES.len()] {
    let mut depths = [0; DEAD_LETTER_QUEUES.len()];
    for (depth, queue) in depths.iter_mut().zip(DEAD_LETTER_QUEUES) {
        *depth = Stack::get().queue_depth(queue).await;
    }
    depths
}
