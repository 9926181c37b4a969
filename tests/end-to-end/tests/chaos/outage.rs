//! `user_db` is away in the middle of a race.

use end_to_end::{BATCH, FunctionLog, Invariants, Notices, Race, Stack, eventually_within};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const RECORDS: u32 = 2_000;
/// How many records are there when it goes away.
const BEFORE: u32 = 700;
const OUTAGE: Duration = Duration::from_secs(20);
/// Records that are changed while it is away: this many are disqualified, and as many deleted.
const CHANGED: u32 = 25;

#[tokio::test]
async fn records_entered_while_user_db_is_away_become_points_when_it_is_back() {
    let (stack, invariants, log) = (Stack::get(), Invariants::from_now().await, FunctionLog::from_now());
    let race = Race::new(json!({})).await;
    race.crowd(RECORDS).await;

    let entered = AtomicU32::new(0);
    let outage = async {
        let enough = |entered: &u32| *entered >= BEFORE;
        let count = async || entered.load(Ordering::Relaxed);
        let before = eventually_within("records", Duration::from_mins(2), count, enough).await;
        let began = Instant::now();
        let (rejected, ()) = tokio::join!(stack.without_user_db(OUTAGE), change(&race));
        (before, entered.load(Ordering::Relaxed), rejected, began.elapsed())
    };
    let entering = race.enter_crowd(1..=RECORDS, || {
        entered.fetch_add(1, Ordering::Relaxed);
    });
    let ((before, after, rejected, away), ()) = tokio::join!(outage, entering);
    assert!(away >= OUTAGE && rejected > 100, "{away:?}, rejected {rejected} times");
    assert!(before < after, "records are entered while it is away");

    let standing = invariants
        .hold(&race, RECORDS + 2 * CHANGED, Notices::AtLeastOnce)
        .await;
    let failed = log.that_say("PointIncrease", "batch failed").len();
    assert!(failed > 0, "no batch met the outage");
    // A batch may have been told of before the outage kept the ledger from remembering it.
    let told_again = standing.told.lines - standing.lines;
    assert!(told_again <= failed * BATCH, "{told_again} lines were told again");
    assert_eq!(standing.records, (RECORDS - CHANGED) as usize);
    println!(
        "away {away:?}, rejected {rejected} times, {failed} batches failed; records {before}..{after}: {standing:?}"
    );
}

/// Disqualifies some runners and deletes the records of others.
async fn change(race: &Race) {
    let api = &race.organizer.api;
    for bib in 1..=2 * CHANGED {
        let path = race.path(&format!("/official-records/{bib}"));
        if bib <= CHANGED {
            let _ = api.put(&path, &json!({"status": "dsq"})).await.expect(200);
        } else {
            let _ = api.delete(&path).await.expect(204);
        }
    }
}
