//! The audit of points finds what no longer agrees, and mends it without counting anything twice.

use end_to_end::{Person, Race, Stack, eventually, finished};
use serde_json::{Value, json};
use sqlx::{Connection, MySqlConnection};

/// A race with a result, whose points are in the ledger and announced.
async fn settled() -> (Race, Person) {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "1").await;
    race.enter(&finished("1", "3:00:00")).await;
    let audit = async || audit(&race, json!({})).await;
    eventually("nothing differs", audit, |report| {
        (&report["entries"], &report["differences"]) == (&json!(1), &json!({}))
    })
    .await;
    (race, runner)
}

async fn audit(race: &Race, order: Value) -> Value {
    let mut event = json!({"marathon_id": race.marathon_id, "settle_s": 0});
    event
        .as_object_mut()
        .unwrap()
        .extend(order.as_object().unwrap().clone());
    Stack::get().invoke("points-audit", &event).await.unwrap()
}

/// Does something to the ledger that the pipeline never does.
async fn tamper(statement: &str, race: &Race) {
    let mut connection = MySqlConnection::connect(&Stack::get().user_db).await.unwrap();
    let statement = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(&race.marathon_id);
    let changed = statement.execute(&mut connection).await.unwrap().rows_affected();
    assert_eq!(changed, 1);
}

/// Audits with repair, and waits until nothing differs any more and the runner has these points, in as many lines.
async fn repair(race: &Race, runner: &Person, points: i64, lines: usize) {
    audit(race, json!({"repair": true})).await;
    let report = async || audit(race, json!({})).await;
    eventually("nothing differs", report, |report| report["differences"] == json!({})).await;
    let ledger = runner.points().await;
    assert_eq!(ledger["total_point"], points);
    assert_eq!(ledger["items"].as_array().unwrap().len(), lines);
}

#[tokio::test]
async fn a_lost_award_is_found_and_comes_once_however_often_it_is_sent() {
    let (race, runner) = settled().await;
    tamper("DELETE FROM points WHERE marathon_id = ?", &race).await;
    let report = audit(&race, json!({})).await;
    // The total still has the points: the user is found through no line any more, but by the audit of everything.
    assert_eq!(report["differences"], json!({"missing_award": 1}));
    let everything = Stack::get()
        .invoke("points-audit", &json!({"settle_s": 1}))
        .await
        .unwrap();
    assert!(
        everything["differences"]["missing_award"].as_u64() >= Some(1),
        "{everything}"
    );
    assert!(
        everything["differences"]["wrong_total"].as_u64() >= Some(1),
        "{everything}"
    );

    for _ in 0..2 {
        audit(&race, json!({"repair": true})).await;
    }
    let report = async || audit(&race, json!({})).await;
    eventually("the award", report, |report| report["entries"] == 1).await;
    // It came on top of a total that had never lost it.
    repair(&race, &runner, 10, 1).await;
}

#[tokio::test]
async fn a_lost_revocation_is_found_and_made_good() {
    let (race, runner) = settled().await;
    let path = race.path("/official-records/1");
    let _ = race.organizer.api.delete(&path).await.expect(204);
    let points = async || runner.points().await;
    eventually("revocation", points, |points| points["total_point"] == 0).await;
    tamper("DELETE FROM points WHERE marathon_id = ? AND point < 0", &race).await;
    let report = audit(&race, json!({})).await;
    assert_eq!(
        report["differences"],
        json!({"missing_revocation": 1, "wrong_total": 1})
    );
    repair(&race, &runner, 0, 2).await;
}

#[tokio::test]
async fn an_owed_notice_is_published_without_a_second_line() {
    let (race, runner) = settled().await;
    let stack = Stack::get();
    let told = async || stack.discord_messages(&race.title).await;
    eventually("Discord", told, |told| told.len() == 1).await;
    tamper("UPDATE points SET notified_at = NULL WHERE marathon_id = ?", &race).await;
    assert_eq!(audit(&race, json!({})).await["differences"], json!({"pending_notification": 1}));
    repair(&race, &runner, 10, 1).await;
    eventually("Discord again", told, |told| told.len() == 2).await;
}

#[tokio::test]
async fn what_nobody_can_explain_is_left_to_a_person() {
    let (race, runner) = settled().await;
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
async fn an_order_that_is_not_understood_is_rejected() {
    for bad in [
        json!({"repiar": true}),
        json!({"marathon_id": "x"}),
        json!({"settle_s": -1}),
    ] {
        assert!(Stack::get().invoke("points-audit", &bad).await.is_err(), "{bad}");
    }
}
