//! The same messages three times, with poison in each batch; then the dead letters are moved back.

use end_to_end::{BATCH, FunctionLog, Invariants, Notices, Race, Stack, accounts, eventually, eventually_within};
use serde_json::{Value, json};
use sqlx::{Connection, MySqlConnection};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

const EVENTS: u32 = 500;
const DELIVERIES: u32 = 3;
/// How often a queue hands out a message before it is dead; locally.
const RECEIVES: usize = 3;

/// What a message is that cannot be processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Poison {
    /// No JSON.
    Malformed,
    /// Of a version that is not known yet.
    OfTomorrow,
    /// For somebody who has no account yet.
    Stranger,
}

impl Poison {
    const ALL: [Self; 3] = [Self::Malformed, Self::OfTomorrow, Self::Stranger];

    fn body(self, stranger: u64, title: &str) -> String {
        let mut award = award(stranger, title);
        match self {
            Self::Malformed => return format!("{{\"version\": 1, \"title\": \"{title}"),
            Self::OfTomorrow => award["version"] = json!(2),
            Self::Stranger => {}
        }
        award.to_string()
    }

    /// A part of the reason that the log gives.
    const fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "EOF while parsing",
            Self::OfTomorrow => "unsupported message version 2",
            Self::Stranger => "unknown user",
        }
    }
}

#[tokio::test]
async fn three_deliveries_count_once_and_poison_dies_alone_and_can_be_moved_back() {
    let (stack, log) = (Stack::get(), FunctionLog::from_now());
    let race = Race::new(json!({})).await;
    race.crowd(EVENTS).await;
    let before = stack.hand_out_again_after("PointIncreaseQueue", 10).await;
    // What other tests have left would be moved with the rest.
    stack.take_messages("PointIncreaseDlq").await;
    let invariants = Invariants::from_now().await;

    // Nothing is read until all of it is there, so that the function is given the batches as they are sent.
    stack.let_read("PointIncrease", false).await;
    let stranger = accounts(1).await[0] + 1_000_000;
    let title = format!("Poison {}", Uuid::now_v7().simple());
    let sent = send(&race.events_of_crowd(EVENTS).await, stranger, &title).await;
    stack.let_read("PointIncrease", true).await;

    let died = async || invariants.died("PointIncreaseDlq").await;
    let all = sent.len() as u64;
    eventually_within("dead letters", Duration::from_mins(3), died, |dead| *dead == all).await;
    reasons_are_logged(&log, &sent);
    assert_eq!(log.metric("PointIncrease", "PoisonMessages"), all * RECEIVES as u64);
    let duplicates = log.metric("PointIncrease", "DuplicatesIgnored");
    assert!(
        duplicates >= u64::from(EVENTS * (DELIVERIES - 1)),
        "{duplicates} ignored deliveries"
    );

    // The stranger signs up, and all dead letters get another chance.
    let strangers = sent.values().filter(|poison| **poison == Poison::Stranger).count() as u64;
    sign_up(stranger).await;
    stack.redrive("PointIncreaseDlq").await;
    let moved = async || stack.last_redrive("PointIncreaseDlq").await;
    eventually("the move", moved, |moved| *moved == ("COMPLETED".to_owned(), all)).await;
    let total = async || total(stranger).await;
    eventually("the stranger's points", total, |total| *total == 10 * strangers).await;
    let hopeless = all - strangers;
    eventually_within("dead letters again", Duration::from_mins(3), died, |dead| {
        *dead == hopeless
    })
    .await;
    stack.hand_out_again_after("PointIncreaseQueue", before).await;

    assert_eq!(stack.take_messages("PointIncreaseDlq").await.len() as u64, hopeless);
    // A delivery that meets another of its event, in the ledger but not told yet, tells of it as well.
    let standing = invariants.hold(&race, EVENTS, Notices::AtLeastOnce).await;
    let told_again = (standing.told.lines - standing.lines) as u64;
    assert!(told_again <= duplicates, "{told_again} lines were told again");
    println!(
        "{} deliveries and {all} poisoned messages: {duplicates} duplicates ignored, {all} died, {strangers} of them \
         were entered after the move, {hopeless} died again: {standing:?}",
        EVENTS * DELIVERIES
    );
}

/// Sends each event as often as it is to be delivered, in any order, with one poisoned message in each batch. Returns
/// what the queue calls those.
async fn send(events: &[String], stranger: u64, title: &str) -> BTreeMap<String, Poison> {
    let mut deliveries: Vec<_> = (0..DELIVERIES).flat_map(|_| events.iter().cloned()).collect();
    fastrand::shuffle(&mut deliveries);
    let mut poisoned = BTreeMap::new();
    for (good, poison) in deliveries.chunks(BATCH - 1).zip(Poison::ALL.into_iter().cycle()) {
        let position = fastrand::usize(..=good.len());
        let mut batch = good.to_vec();
        batch.insert(position, poison.body(stranger, title));
        let ids = Stack::get().send_batch("PointIncreaseQueue", &batch).await;
        poisoned.insert(ids[position].clone(), poison);
    }
    poisoned
}

/// An award of 10 points in no race of this test.
fn award(user_id: u64, title: &str) -> Value {
    let record_id = Uuid::now_v7();
    json!({
        "version": 1, "event_id": format!("{record_id}:1:award"), "action": "award", "user_id": user_id, "point": 10,
        "marathon_id": Uuid::now_v7(), "marathon_title": title, "bib": "1", "name": "Stranger", "time_ms": 10_800_000,
    })
}

/// Each poisoned message is in the log under its id, with its reason, once for each time it was received.
fn reasons_are_logged(log: &FunctionLog, sent: &BTreeMap<String, Poison>) {
    let mut logged: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in log.lines("PointIncrease") {
        if let (Some(id), Some(reason)) = (line["message_id"].as_str(), line["reason"].as_str()) {
            logged.entry(id.to_owned()).or_default().push(reason.to_owned());
        }
    }
    assert!(
        logged.keys().eq(sent.keys()),
        "other messages failed than those poisoned"
    );
    for (id, reasons) in logged {
        assert_eq!(reasons.len(), RECEIVES, "{id}");
        let expected = sent[&id].reason();
        assert!(
            reasons.iter().all(|reason| reason.contains(expected)),
            "{id}: {reasons:?}"
        );
    }
}

async fn sign_up(user_id: u64) {
    let account = sqlx::query(
        "INSERT INTO users (user_id, login_id, password_hash, name, phone, user_type)
         VALUES (?, ?, 'none', 'Stranger', '01012345678', 0)",
    );
    let account = account.bind(user_id).bind(format!("stranger-{user_id}"));
    account.execute(&mut user_db().await).await.unwrap();
}

async fn total(user_id: u64) -> u64 {
    let total = sqlx::query_scalar("SELECT CAST(total_point AS UNSIGNED) FROM users WHERE user_id = ?");
    total.bind(user_id).fetch_one(&mut user_db().await).await.unwrap()
}

async fn user_db() -> MySqlConnection {
    MySqlConnection::connect(&Stack::get().user_db).await.unwrap()
}
