//! A process of point-increase is killed in the middle of a transaction.

use end_to_end::{FunctionLog, Invariants, MAX_BATCH_SIZE, Notifications, Process, Race, Stack, eventually};
use serde_json::{Value, json};
use sqlx::{MySqlConnection, Row};

/// Three full batches.
const RECORDS: u32 = 30;
/// Ledger entries of the two batches that are not killed.
const OTHER_ENTRIES: usize = RECORDS as usize - MAX_BATCH_SIZE;

#[tokio::test]
async fn posts_the_batch_of_a_killed_process_once() {
    let (stack, invariants, log) = (Stack::get(), Invariants::from_now().await, FunctionLog::from_now());
    let race = Race::new(json!({})).await;
    race.add_players(RECORDS).await;
    let visibility_timeout = stack.set_visibility_timeout("PointIncreaseQueue", 10).await;
    // The event source is disabled until all messages are in the queue, so that the batches are full. The events are
    // sorted, so that the ranges of event ids of two batches do not overlap and a blocked batch does not block another.
    stack.set_event_source_enabled("PointIncrease", false).await;
    let mut events = race.enter_records_and_take_events(RECORDS).await;
    events.sort_by_key(|event| event_id(event));
    for batch in events.chunks(MAX_BATCH_SIZE) {
        stack.send_batch("PointIncreaseQueue", batch).await;
    }
    let mut blocker = Blocker::new(&events[RECORDS as usize - 1], race.organizer.user_id).await;
    stack.set_event_source_enabled("PointIncrease", true).await;
    let inserts = async || blocked_inserts().await;
    let inserts = eventually("a blocked insert", inserts, |inserts| !inserts.is_empty()).await;
    let [(connection, port)] = inserts[..] else {
        panic!("more than one batch is blocked: {inserts:?}");
    };
    let entries = async || race.ledger().await.len();
    eventually("the other batches", entries, |entries| *entries == OTHER_ENTRIES).await;
    let uncommitted = blocker.uncommitted_entries(&race).await;
    assert!(uncommitted > 0, "the blocked batch has not inserted anything");

    let process = Process::of_local_port(port).expect("no process has the blocked connection");
    assert!(process.program.ends_with("bootstrap"), "{process:?}");
    process.kill();
    eventually("the end of the process", async || process.exists(), |exists| !exists).await;
    blocker.remove().await;
    let connections = async || connections().await;
    eventually("the end of its connection", connections, |connections| {
        !connections.contains(&connection)
    })
    .await;
    assert_eq!(entries().await, OTHER_ENTRIES, "the killed batch is rolled back");

    let totals = invariants.assert_hold(&race, RECORDS, Notifications::ExactlyOnce).await;
    let posted = log.with_message("PointIncrease", "posted").len();
    assert_eq!(posted, RECORDS as usize / MAX_BATCH_SIZE, "each batch is posted once");
    stack
        .set_visibility_timeout("PointIncreaseQueue", visibility_timeout)
        .await;
    println!("killed {process:?} with {uncommitted} uncommitted ledger entries: {totals:?}");
}

fn event_id(event: &str) -> String {
    let event: Value = serde_json::from_str(event).unwrap();
    event["event_id"].as_str().unwrap().to_owned()
}

/// An uncommitted ledger entry with the id of an event. A batch with this event blocks at its unique index. Batches are
/// inserted in the order of event ids, so the batch has inserted, but not committed, the entries with lower ids.
struct Blocker {
    user_db: MySqlConnection,
}

impl Blocker {
    /// `user_id` must be another user than the event's, whose row point-increase locks before it inserts.
    async fn new(event: &str, user_id: u64) -> Self {
        let mut user_db = Stack::get().user_db_connection().await;
        for statement in [
            "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
            "START TRANSACTION",
        ] {
            sqlx::raw_sql(statement).execute(&mut user_db).await.unwrap();
        }
        let insert = sqlx::query(
            "INSERT INTO points (event_id, user_id, marathon_id, bib, point, reason)
             VALUES (?, ?, 'none', '1', 0, 'none')",
        );
        let insert = insert.bind(event_id(event)).bind(user_id);
        insert.execute(&mut user_db).await.unwrap();
        Self { user_db }
    }

    /// The number of a race's uncommitted ledger entries.
    async fn uncommitted_entries(&mut self, race: &Race) -> usize {
        let all = sqlx::query_scalar::<_, String>("SELECT event_id FROM points WHERE marathon_id = ?");
        let all = all.bind(&race.marathon_id).fetch_all(&mut self.user_db).await.unwrap();
        all.len() - race.ledger().await.len()
    }

    async fn remove(mut self) {
        sqlx::raw_sql("ROLLBACK").execute(&mut self.user_db).await.unwrap();
    }
}

/// The id and client port of each connection that has been inserting ledger entries for at least a second.
async fn blocked_inserts() -> Vec<(i64, u16)> {
    let blocked =
        "SELECT id, host FROM information_schema.processlist WHERE info LIKE 'INSERT INTO points%' AND time >= 1";
    let mut user_db = Stack::get().user_db_connection().await;
    let rows = sqlx::raw_sql(blocked).fetch_all(&mut user_db).await.unwrap();
    let connections = rows.iter().map(|row| {
        let (id, host): (i64, String) = (row.get("id"), row.get("host"));
        let (_, port) = host.rsplit_once(':').unwrap();
        (id, port.parse().unwrap())
    });
    connections.collect()
}

/// The ids of all connections to `user_db`.
async fn connections() -> Vec<i64> {
    let ids = sqlx::query_scalar("SELECT id FROM information_schema.processlist");
    let mut user_db = Stack::get().user_db_connection().await;
    ids.fetch_all(&mut user_db).await.unwrap()
}
