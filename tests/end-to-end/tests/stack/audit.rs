//! points-audit: finds differences between records, ledger and totals, and repairs them without counting points twice.

use end_to_end::{Race, Stack, TestUser, eventually, finished};
use serde_json::{Value, json};

/// A race with one record, whose points are in the ledger and notified, and its runner.
async fn race_without_differences() -> (Race, TestUser) {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "1").await;
    race.enter(&finished("1", "3:00:00")).await;
    let audit = async || audit(&race, json!({})).await;
    eventually("no differences", audit, |report| {
        (&report["entries"], &report["differences"]) == (&json!(1), &json!({}))
    })
    .await;
    (race, runner)
}

/// Audits one race, with `options`.
async fn audit(race: &Race, options: Value) -> Value {
    let mut event = json!({"marathon_id": race.marathon_id, "settle_s": 0});
    event
        .as_object_mut()
        .unwrap()
        .extend(options.as_object().unwrap().clone());
    Stack::get().invoke("points-audit", &event).await.unwrap()
}

/// Changes one row in `user_db`, as the pipeline never does.
async fn tamper(statement: &str, race: &Race) {
    let mut user_db = Stack::get().user_db_connection().await;
    let statement = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(&race.marathon_id);
    let changed = statement.execute(&mut user_db).await.unwrap().rows_affected();
    assert_eq!(changed, 1);
}

/// Repairs a race, waits until it has no differences, and checks the runner's total and number of ledger entries.
async fn repair(race: &Race, runner: &TestUser, points: i64, entries: usize) {
    audit(race, json!({"repair": true})).await;
    let report = async || audit(race, json!({})).await;
    eventually("no differences", report, |report| report["differences"] == json!({})).await;
    let ledger = runner.points().await;
    assert_eq!(ledger["total_point"], points);
    assert_eq!(ledger["items"].as_array().unwrap().len(), entries);
}

#[tokio::test]
async fn repairs_a_lost_award_once_even_if_requested_twice() {
    let (race, runner) = race_without_differences().await;
    tamper("DELETE FROM points WHERE marathon_id = ?", &race).await;
    let report = audit(&race, json!({})).await;
    // The total still has the points, but the user has no ledger entry for this race, so only a full audit finds it.
    assert_eq!(report["differences"], json!({"missing_award": 1}));
    let full_report = Stack::get()
        .invoke("points-audit", &json!({"settle_s": 1}))
        .await
        .unwrap();
    assert!(
        full_report["differences"]["missing_award"].as_u64() >= Some(1),
        "{full_report}"
    );
    assert!(
        full_report["differences"]["wrong_total"].as_u64() >= Some(1),
        "{full_report}"
    );

    for _ in 0..2 {
        audit(&race, json!({"repair": true})).await;
    }
    let report = async || audit(&race, json!({})).await;
    eventually("the award", report, |report| report["entries"] == 1).await;
    // The award was added to a total that already had its points.
    repair(&race, &runner, 10, 1).await;
}

#[tokio::test]
async fn repairs_a_lost_revocation() {
    let (race, runner) = race_without_differences().await;
    let path = race.path("/official-records/1");
    let _ = race.organizer.api.delete(&path).await.expect(204);
    runner.wait_for_points(0).await;
    tamper("DELETE FROM points WHERE marathon_id = ? AND point < 0", &race).await;
    let report = audit(&race, json!({})).await;
    assert_eq!(
        report["differences"],
        json!({"missing_revocation": 1, "wrong_total": 1})
    );
    repair(&race, &runner, 0, 2).await;
}

#[tokio::test]
async fn publishes_a_pending_notification_without_another_entry() {
    let (race, runner) = race_without_differences().await;
    let stack = Stack::get();
    let digests = async || stack.discord_messages(&race.title).await;
    eventually("a digest", digests, |digests| digests.len() == 1).await;
    tamper("UPDATE points SET notified_at = NULL WHERE marathon_id = ?", &race).await;
    assert_eq!(
        audit(&race, json!({})).await["differences"],
        json!({"pending_notification": 1})
    );
    repair(&race, &runner, 10, 1).await;
    eventually("another digest", digests, |digests| digests.len() == 2).await;
}

#[tokio::test]
async fn does_not_repair_unexplained_entries() {
    let (race, runner) = race_without_differences().await;
    tamper("UPDATE points SET point = 11 WHERE marathon_id = ?", &race).await;
    tamper(
        "UPDATE users SET total_point = 11 WHERE user_id = (SELECT user_id FROM points WHERE marathon_id = ?)",
        &race,
    )
    .await;
    let report = audit(&race, json!({"repair": true})).await;
    assert_eq!(
        (&report["differences"], &report["repaired"]),
        (&json!({"unexplained": 1}), &json!(0))
    );
    assert_eq!(runner.points().await["total_point"], 11);
}

#[tokio::test]
async fn rejects_invalid_options() {
    for bad in [
        json!({"repiar": true}),
        json!({"marathon_id": "x"}),
        json!({"settle_s": -1}),
    ] {
        assert!(Stack::get().invoke("points-audit", &bad).await.is_err(), "{bad}");
    }
}
