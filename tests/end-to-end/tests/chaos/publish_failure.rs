//! point-increase posts a batch but cannot publish its notification.

use end_to_end::{FunctionLog, Invariants, LedgerEntry, Notifications, Race, Stack, eventually};
use serde_json::json;

const RECORDS: u32 = 30;

#[tokio::test]
async fn publishes_pending_notifications_later() {
    let (stack, invariants, log) = (Stack::get(), Invariants::from_now().await, FunctionLog::from_now());
    let race = Race::new(json!({})).await;
    race.add_players(RECORDS).await;
    let visibility_timeout = stack.set_visibility_timeout("PointIncreaseQueue", 10).await;
    let missing_topic = "arn:aws:sns:us-east-1:000000000000:nowhere";
    let topic = stack.set_variable("PointIncrease", "TOPIC_ARN", missing_topic).await;

    race.enter_records(1..=RECORDS, || {}).await;
    let ledger = eventually(
        "the ledger",
        async || race.ledger().await,
        |ledger| ledger.len() == RECORDS as usize,
    )
    .await;
    assert!(ledger.iter().all(|entry| !entry.notified), "{ledger:?}");
    let failures = async || log.with_message("PointIncrease", "batch failed");
    let failures = eventually("failures", failures, |failures| !failures.is_empty()).await;
    for line in &failures {
        assert!(line["error"].as_str().unwrap().contains("was not published"), "{line}");
    }
    assert_eq!(race.discord_totals().await.messages, 0);

    stack.set_variable("PointIncrease", "TOPIC_ARN", &topic).await;
    let totals = invariants.assert_hold(&race, RECORDS, Notifications::ExactlyOnce).await;
    let ids = |ledger: &[LedgerEntry]| ledger.iter().map(|entry| entry.event_id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&race.ledger().await), ids(&ledger), "no event is posted again");
    stack
        .set_visibility_timeout("PointIncreaseQueue", visibility_timeout)
        .await;
    println!("{} batches were posted but not published: {totals:?}", failures.len());
}
