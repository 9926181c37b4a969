//! The invariants I1 to I6 of the pipeline, checked once the queues are empty after a fault.

use crate::api::Api;
use crate::fixtures::Race;
use crate::stack::Stack;
use crate::wait::eventually_within;
use serde_json::Value;
use sqlx::FromRow;
use std::collections::BTreeMap;
use std::time::Duration;

const DEAD_LETTER_QUEUES: [&str; 3] = ["PointIncreaseDlq", "WebhookDlq", "OfficialRecordDlq"];
/// Enough for thousands of records and several redeliveries.
const DEADLINE: Duration = Duration::from_mins(4);

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct LedgerEntry {
    pub event_id: String,
    pub user_id: u64,
    pub bib: String,
    pub point: i64,
    /// Whether its notification was published.
    pub notified: bool,
}

/// The sums of a race's digests in Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiscordTotals {
    pub messages: usize,
    pub awards: usize,
    pub points: i64,
}

/// How often Discord may have been notified of a ledger entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notifications {
    ExactlyOnce,
    /// A notification may have been published before a fault prevented its entry from being marked (I5).
    AtLeastOnce,
}

/// Checks the invariants against the dead letters at the start of the test.
#[derive(Debug)]
pub struct Invariants {
    dead_letters: [u64; DEAD_LETTER_QUEUES.len()],
}

/// What a race has once its events are processed.
#[derive(Debug)]
pub struct RaceTotals {
    pub records: usize,
    pub ledger_entries: usize,
    pub points: i64,
    pub discord: DiscordTotals,
}

impl Invariants {
    /// Waits for empty queues, and counts the dead letters.
    pub async fn from_now() -> Self {
        eventually_within("empty queues", DEADLINE, queues_are_empty, |empty| *empty).await;
        Self {
            dead_letters: dead_letters().await,
        }
    }

    /// The number of new messages in a dead-letter queue.
    pub async fn new_dead_letters(&self, queue: &str) -> u64 {
        let index = DEAD_LETTER_QUEUES.iter().position(|name| *name == queue).unwrap();
        dead_letters().await[index] - self.dead_letters[index]
    }

    /// Waits until a race has this many ledger entries and the queues are empty, and then checks that all invariants
    /// hold and that there are no new dead letters.
    pub async fn assert_hold(&self, race: &Race, entries: u32, notifications: Notifications) -> RaceTotals {
        let entries = entries as usize;
        let state = async || (race.ledger().await.len(), queues_are_empty().await);
        eventually_within("a complete ledger", DEADLINE, state, |(found, empty)| {
            *empty && *found >= entries
        })
        .await;
        let (records, ledger, discord) = (race.records().await, race.ledger().await, race.discord_totals().await);
        assert_eq!(ledger.len(), entries, "I3: each event is in the ledger once");
        assert_eq!(wrong_totals().await, [], "I1: totals are the sums of the ledger");
        assert_eq!(
            points_by_bib(&ledger),
            awards(&records),
            "I2: the ledger matches the awards of the records"
        );
        let pending: Vec<_> = ledger.iter().filter(|entry| !entry.notified).collect();
        assert!(pending.is_empty(), "I5: pending notifications: {pending:?}");
        assert_eq!(dead_letters().await, self.dead_letters, "I4, I6: no new dead letters");
        let points = ledger.iter().map(|entry| entry.point).sum();
        match notifications {
            Notifications::ExactlyOnce => {
                assert_eq!((discord.awards, discord.points), (entries, points), "{discord:?}");
            }
            Notifications::AtLeastOnce => assert!(discord.awards >= entries, "{discord:?}"),
        }
        RaceTotals {
            records: records.len(),
            ledger_entries: entries,
            points,
            discord,
        }
    }
}

impl Race {
    /// This race's ledger entries in the order of insertion.
    pub async fn ledger(&self) -> Vec<LedgerEntry> {
        let entries = sqlx::query_as(
            "SELECT event_id, user_id, bib, point, notified_at IS NOT NULL AS notified
             FROM points WHERE marathon_id = ? ORDER BY point_id",
        );
        let mut user_db = Stack::get().user_db_connection().await;
        entries.bind(&self.marathon_id).fetch_all(&mut user_db).await.unwrap()
    }

    /// This race's official records, from the API.
    pub async fn records(&self) -> Vec<Value> {
        let path = self.path("/official-records");
        Api::anonymous().all_pages(&path, 500).await
    }

    /// The sums of this race's digests in Discord.
    pub async fn discord_totals(&self) -> DiscordTotals {
        let messages = Stack::get().discord_messages(&self.title).await;
        let digests = messages.iter().map(|message| parse_digest(message));
        let (awards, points): (Vec<_>, Vec<_>) = digests.unzip();
        DiscordTotals {
            messages: messages.len(),
            awards: awards.into_iter().sum(),
            points: points.into_iter().sum(),
        }
    }
}

/// The number of awards and the sum of points from the first line of a digest.
fn parse_digest(message: &str) -> (usize, i64) {
    let (_, rest) = message.split_once("기록 ").unwrap_or_else(|| panic!("{message}"));
    let (awards, rest) = rest.split_once("건, 합계 ").unwrap();
    let (points, _) = rest.split_once('점').unwrap();
    (awards.parse().unwrap(), points.parse().unwrap())
}

/// The ledger's sum for each bib, without zeros.
fn points_by_bib(ledger: &[LedgerEntry]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for entry in ledger {
        *sums.entry(entry.bib.clone()).or_default() += entry.point;
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

/// The award of each record, by bib.
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

/// User id, total and ledger sum of each user whose total is wrong.
async fn wrong_totals() -> Vec<(u64, i64, i64)> {
    let wrong = sqlx::query_as(
        "SELECT u.user_id, u.total_point, CAST(COALESCE(SUM(p.point), 0) AS SIGNED) AS ledger
         FROM users u LEFT JOIN points p ON p.user_id = u.user_id
         GROUP BY u.user_id, u.total_point HAVING u.total_point <> ledger",
    );
    let mut user_db = Stack::get().user_db_connection().await;
    wrong.fetch_all(&mut user_db).await.unwrap()
}

/// Whether no message is left to process. Checks the queues in the order in which messages pass through them.
async fn queues_are_empty() -> bool {
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
