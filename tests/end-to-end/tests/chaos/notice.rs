//! The notice of a commit cannot be published: the ledger owes it, and pays without a second entry.

use end_to_end::{FunctionLog, Invariants, Notices, Race, Stack, eventually};
use serde_json::json;

const RECORDS: u32 = 30;

#[tokio::test]
async fn a_commit_whose_notice_was_not_published_is_noticed_later() {
    let (stack, invariants, log) = (Stack::get(), Invariants::from_now().await, FunctionLog::from_now());
    let race = Race::new(json!({})).await;
    race.crowd(RECORDS).await;
    let before = stack.hand_out_again_after("PointIncreaseQueue", 10).await;
    let nowhere = "arn:aws:sns:us-east-1:000000000000:nowhere";
    let topic = stack.set_variable("PointIncrease", "TOPIC_ARN", nowhere).await;

    race.enter_crowd(1..=RECORDS, || {}).await;
    let ledger = eventually(
        "the ledger",
        async || race.ledger().await,
        |ledger| ledger.len() == RECORDS as usize,
    )
    .await;
    assert!(ledger.iter().all(|line| !line.told), "{ledger:?}");
    let failed = async || log.that_say("PointIncrease", "batch failed");
    let failed = eventually("failures", failed, |failed| !failed.is_empty()).await;
    for line in &failed {
        assert!(line["error"].as_str().unwrap().contains("was not published"), "{line}");
    }
    assert_eq!(race.told().await.messages, 0);

    stack.set_variable("PointIncrease", "TOPIC_ARN", &topic).await;
    let standing = invariants.hold(&race, RECORDS, Notices::Once).await;
    let ids = |ledger: &[end_to_end::Line]| ledger.iter().map(|line| line.event_id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&race.ledger().await), ids(&ledger), "no second entry");
    stack.hand_out_again_after("PointIncreaseQueue", before).await;
    println!(
        "{} batches were entered and not published at first: {standing:?}",
        failed.len()
    );
}
