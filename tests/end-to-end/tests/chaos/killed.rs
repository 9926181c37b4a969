//! A process of point-increase dies in the middle of its transaction.

use end_to_end::{BATCH, FunctionLog, Invariants, Notices, Process, Race, Stack, eventually};
use serde_json::{Value, json};
use sqlx::{Connection, MySqlConnection, Row};

/// Three full batches.
const RECORDS: u32 = 30;
/// Lines of the batches that nothing happens to.
const OTHERS: usize = RECORDS as usize - BATCH;

#[tokio::test]
async fn a_batch_whose_process_is_killed_is_entered_once_by_another() {
    let (stack, invariants, log) = (Stack::get(), Invariants::from_now().await, FunctionLog::from_now());
    let race = Race::new(json!({})).await;
    race.crowd(RECORDS).await;
    let before = stack.hand_out_again_after("PointIncreaseQueue", 10).await;
    // Nothing is read until all of it is there, so that the batches are full; and no batch has events whose ids lie
    // between those of another, so that it could be in the way of one that waits.
    stack.let_read("PointIncrease", false).await;
    let mut events = race.events_of_crowd(RECORDS).await;
    events.sort_by_key(|event| event_id(event));
    for batch in events.chunks(BATCH) {
        stack.send_batch("PointIncreaseQueue", batch).await;
    }
    let mut obstacle = Obstacle::before(&events[RECORDS as usize - 1], race.organizer.user_id).await;
    stack.let_read("PointIncrease", true).await;
    let waiting = eventually(
        "a stuck transaction",
        async || stuck_inserts().await,
        |stuck| !stuck.is_empty(),
    )
    .await;
    let [(connection, port)] = waiting[..] else {
        panic!("one batch is stuck, not {waiting:?}");
    };
    let others = async || race.ledger().await.len();
    eventually("the other batches", others, |lines| *lines == OTHERS).await;
    let uncommitted = obstacle.uncommitted_lines(&race).await;
    assert!(uncommitted > 0, "the batch has not begun");

    let process = Process::of_local_port(port).expect("nobody has the connection");
    assert!(process.program.ends_with("bootstrap"), "{process:?}");
    process.kill();
    eventually("its end", async || process.exists(), |exists| !exists).await;
    obstacle.remove().await;
    eventually(
        "its connection's end",
        async || connections().await,
        |connections| !connections.contains(&connection),
    )
    .await;
    assert_eq!(others().await, OTHERS, "nothing of the killed batch stays");

    let standing = invariants.hold(&race, RECORDS, Notices::Once).await;
    let posted = log.that_say("PointIncrease", "posted").len();
    assert_eq!(posted, RECORDS as usize / BATCH, "as many batches as were entered");
    stack.hand_out_again_after("PointIncreaseQueue", before).await;
    println!("killed {process:?} with {uncommitted} lines uncommitted: {standing:?}");
}

fn event_id(event: &str) -> String {
    let event: Value = serde_json::from_str(event).unwrap();
    event["event_id"].as_str().unwrap().to_owned()
}

/// A line with the id of an event, entered by a transaction of the test that never commits: whoever enters the event
/// has to wait for it, with the lines before it entered but not committed. Batches are entered in the order of ids.
struct Obstacle {
    user_db: MySqlConnection,
}

impl Obstacle {
    /// In the way of an event; it belongs to another user, for the event's own is locked before anything is entered.
    async fn before(event: &str, user_id: u64) -> Self {
        let mut user_db = user_db().await;
        for statement in [
            "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
            "START TRANSACTION",
        ] {
            sqlx::raw_sql(statement).execute(&mut user_db).await.unwrap();
        }
        let line = sqlx::query(
            "INSERT INTO points (event_id, user_id, marathon_id, bib, point, reason) VALUES (?, ?, 'none', '1', 0, 'none')",
        );
        line.bind(event_id(event))
            .bind(user_id)
            .execute(&mut user_db)
            .await
            .unwrap();
        Self { user_db }
    }

    /// The lines of a race that nobody has committed yet.
    async fn uncommitted_lines(&mut self, race: &Race) -> usize {
        let all = sqlx::query_scalar::<_, String>("SELECT event_id FROM points WHERE marathon_id = ?");
        let all = all.bind(&race.marathon_id).fetch_all(&mut self.user_db).await.unwrap();
        all.len() - race.ledger().await.len()
    }

    async fn remove(mut self) {
        sqlx::raw_sql("ROLLBACK").execute(&mut self.user_db).await.unwrap();
    }
}

/// Connections of `user_db` that have been entering lines for a second or more, and the ports they come from.
async fn stuck_inserts() -> Vec<(i64, u16)> {
    let stuck =
        "SELECT id, host FROM information_schema.processlist WHERE info LIKE 'INSERT INTO points%' AND time >= 1";
    let rows = sqlx::raw_sql(stuck).fetch_all(&mut user_db().await).await.unwrap();
    let connections = rows.iter().map(|row| {
        let (id, host): (i64, String) = (row.get("id"), row.get("host"));
        let (_, port) = host.rsplit_once(':').unwrap();
        (id, port.parse().unwrap())
    });
    connections.collect()
}

/// Every connection of `user_db`.
async fn connections() -> Vec<i64> {
    let all = sqlx::query_scalar("SELECT id FROM information_schema.processlist");
    all.fetch_all(&mut user_db().await).await.unwrap()
}

async fn user_db() -> MySqlConnection {
    MySqlConnection::connect(&Stack::get().user_db).await.unwrap()
}
