//! `user_db` is down while records are entered.

use end_to_end::{FunctionLog, Invariants, MAX_BATCH_SIZE, Notifications, Race, Stack, eventually_within};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const RECORDS: u32 = 2_000;
/// The number of records entered before the outage.
const RECORDS_BEFORE: u32 = 700;
const OUTAGE: Duration = Duration::from_secs(20);
/// During the outage, this many records are disqualified and as many deleted.
const CHANGES: u32 = 25;

#[tokio::test]
async fn posts_points_of_records_entered_during_an_outage_of_user_db() {
    let (stack, invariants, log) = (Stack::get(), Invariants::from_now().await, FunctionLog::from_now());
    let race = Race::new(json!({})).await;
    race.add_players(RECORDS).await;

    let entered = AtomicU32::new(0);
    let outage = async {
        let count = async || entered.load(Ordering::Relaxed);
        let before = eventually_within("records", Duration::from_mins(2), count, |entered| {
            *entered >= RECORDS_BEFORE
        })
        .await;
        let started = Instant::now();
        let (rejected, (), ()) = tokio::join!(
            stack.stop_user_db_for(OUTAGE),
            change_records(&race),
            ask_for_points(&race)
        );
        (before, entered.load(Ordering::Relaxed), rejected, started.elapsed())
    };
    let entering = race.enter_records(1..=RECORDS, || {
        entered.fetch_add(1, Ordering::Relaxed);
    });
    let ((before, after, rejected, duration), ()) = tokio::join!(outage, entering);
    assert!(
        duration >= OUTAGE && rejected > 100,
        "down for {duration:?}, {rejected} connections rejected"
    );
    assert!(before < after, "no records were entered during the outage");

    let totals = invariants
        .assert_hold(&race, RECORDS + 2 * CHANGES, Notifications::AtLeastOnce)
        .await;
    let failed = log.with_message("PointIncrease", "batch failed").len();
    // The batches wait for as long as the outage lasts.
    let waited = log.with_message("PointIncrease", "waiting for user_db").len();
    assert!(waited > 0, "no batch waited during the outage");
    // The outage may have begun after a batch's notification was published, but before its entries were marked.
    let repeated = totals.discord.awards - totals.ledger_entries;
    assert!(repeated <= failed * MAX_BATCH_SIZE, "{repeated} repeated notifications");
    assert_eq!(totals.records, (RECORDS - CHANGES) as usize);
    println!(
        "down for {duration:?}, {rejected} connections rejected, {waited} batches waited, {failed} failed; records \
         {before} to {after} entered meanwhile: {totals:?}"
    );
}

/// Asks for the ranking until the outage has begun. A person is told early when to ask again.
async fn ask_for_points(race: &Race) {
    let api = &race.organizer.api;
    let answer = eventually_within(
        "503",
        OUTAGE,
        async || api.get("/points").await,
        |answer| answer.status == 503,
    )
    .await;
    assert_eq!(answer.headers["retry-after"], "30");
    assert_eq!(answer.problem(503)["type"], "/problems/unavailable");
}

/// Disqualifies some runners and deletes the records of others.
async fn change_records(race: &Race) {
    let api = &race.organizer.api;
    for bib in 1..=2 * CHANGES {
        let path = race.path(&format!("/official-records/{bib}"));
        if bib <= CHANGES {
            let _ = api.put(&path, &json!({"status": "dsq"})).await.expect(200);
        } else {
            let _ = api.delete(&path).await.expect(204);
        }
    }
}
