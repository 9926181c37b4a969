//! Duplicate deliveries with a poison message in each batch, and a redrive of the dead letters.

use end_to_end::{
    FunctionLog, Invariants, MAX_BATCH_SIZE, Notifications, Race, Stack, award_message, create_runners, eventually,
    eventually_within,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

const EVENTS: u32 = 500;
const DELIVERIES: u32 = 3;
/// `maxReceiveCount` of the queue in the local stack.
const MAX_RECEIVE_COUNT: usize = 3;
const DEAD_LETTER_DEADLINE: Duration = Duration::from_mins(3);

/// A message that cannot be processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Poison {
    InvalidJson,
    UnsupportedVersion,
    UnknownUser,
}

impl Poison {
    const ALL: [Self; 3] = [Self::InvalidJson, Self::UnsupportedVersion, Self::UnknownUser];

    fn body(self, unknown_user: u64, title: &str) -> String {
        let mut award = award_message(unknown_user, title);
        match self {
            Self::InvalidJson => return format!("{{\"version\": 1, \"title\": \"{title}"),
            Self::UnsupportedVersion => award["version"] = json!(2),
            Self::UnknownUser => {}
        }
        award.to_string()
    }

    /// A part of the logged reason.
    const fn reason(self) -> &'static str {
        match self {
            Self::InvalidJson => "EOF while parsing",
            Self::UnsupportedVersion => "unsupported message version 2",
            Self::UnknownUser => "unknown user",
        }
    }
}

#[tokio::test]
async fn posts_duplicates_once_and_isolates_poison_messages_until_a_redrive() {
    let (stack, log) = (Stack::get(), FunctionLog::from_now());
    let race = Race::new(json!({})).await;
    race.add_players(EVENTS).await;
    let visibility_timeout = stack.set_visibility_timeout("PointIncreaseQueue", 10).await;
    // The redrive would also move dead letters of other tests.
    stack.drain_queue("PointIncreaseDlq").await;
    let invariants = Invariants::from_now().await;

    // The event source is disabled until all messages are in the queue, so that the function gets the batches as sent.
    stack.set_event_source_enabled("PointIncrease", false).await;
    let mut user_db = stack.user_db_connection().await;
    let unknown_user = create_runners(&mut user_db, 1).await[0].get() + 1_000_000;
    let title = format!("Poison {}", Uuid::now_v7().simple());
    let events = race.enter_records_and_take_events(EVENTS).await;
    let poison = send(&events, unknown_user, &title).await;
    stack.set_event_source_enabled("PointIncrease", true).await;

    let dead_letters = async || invariants.new_dead_letters("PointIncreaseDlq").await;
    let all = poison.len() as u64;
    eventually_within("dead letters", DEAD_LETTER_DEADLINE, dead_letters, |dead| *dead == all).await;
    assert_reasons_logged(&log, &poison);
    assert_eq!(
        log.metric("PointIncrease", "PoisonMessages"),
        all * MAX_RECEIVE_COUNT as u64
    );
    let duplicates = log.metric("PointIncrease", "DuplicatesIgnored");
    assert!(
        duplicates >= u64::from(EVENTS * (DELIVERIES - 1)),
        "{duplicates} duplicates ignored"
    );

    // The unknown user signs up, and all dead letters are redriven.
    let recovered = poison.values().filter(|poison| **poison == Poison::UnknownUser).count() as u64;
    sign_up(unknown_user).await;
    stack.start_redrive("PointIncreaseDlq").await;
    let status = async || stack.redrive_status("PointIncreaseDlq").await;
    eventually("the redrive", status, |status| *status == ("COMPLETED".to_owned(), all)).await;
    let total = async || total(unknown_user).await;
    eventually("the new user's points", total, |total| *total == 10 * recovered).await;
    let unrecoverable = all - recovered;
    eventually_within("dead letters again", DEAD_LETTER_DEADLINE, dead_letters, |dead| {
        *dead == unrecoverable
    })
    .await;
    stack
        .set_visibility_timeout("PointIncreaseQueue", visibility_timeout)
        .await;

    assert_eq!(stack.drain_queue("PointIncreaseDlq").await.len() as u64, unrecoverable);
    // Two deliveries of an event at the same time can both find its notification pending and publish it.
    let totals = invariants.assert_hold(&race, EVENTS, Notifications::AtLeastOnce).await;
    let repeated = (totals.discord.awards - totals.ledger_entries) as u64;
    assert!(repeated <= duplicates, "{repeated} repeated notifications");
    println!(
        "{} deliveries and {all} poison messages: {duplicates} duplicates ignored, {all} dead letters, {recovered} of \
         them posted after the redrive, {unrecoverable} dead letters again: {totals:?}",
        EVENTS * DELIVERIES
    );
}

/// Sends each event [`DELIVERIES`] times in random order, with one poison message in each batch. Returns the message
/// ids of the poison.
async fn send(events: &[String], unknown_user: u64, title: &str) -> BTreeMap<String, Poison> {
    let mut deliveries: Vec<_> = (0..DELIVERIES).flat_map(|_| events.iter().cloned()).collect();
    fastrand::shuffle(&mut deliveries);
    let mut sent = BTreeMap::new();
    for (events, poison) in deliveries
        .chunks(MAX_BATCH_SIZE - 1)
        .zip(Poison::ALL.into_iter().cycle())
    {
        let position = fastrand::usize(..=events.len());
        let mut batch = events.to_vec();
        batch.insert(position, poison.body(unknown_user, title));
        let ids = Stack::get().send_batch("PointIncreaseQueue", &batch).await;
        sent.insert(ids[position].clone(), poison);
    }
    sent
}

/// Each poison message is logged with its id and reason each time it is received, and no other message fails.
fn assert_reasons_logged(log: &FunctionLog, poison: &BTreeMap<String, Poison>) {
    let mut logged: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in log.lines("PointIncrease") {
        if let (Some(id), Some(reason)) = (line["message_id"].as_str(), line["reason"].as_str()) {
            logged.entry(id.to_owned()).or_default().push(reason.to_owned());
        }
    }
    assert!(
        logged.keys().eq(poison.keys()),
        "the failed messages are not the poison messages"
    );
    for (id, reasons) in logged {
        assert_eq!(reasons.len(), MAX_RECEIVE_COUNT, "{id}");
        let expected = poison[&id].reason();
        assert!(
            reasons.iter().all(|reason| reason.contains(expected)),
            "{id}: {reasons:?}"
        );
    }
}

async fn sign_up(user_id: u64) {
    let insert = sqlx::query(
        "INSERT INTO users (user_id, login_id, password_hash, name, phone, user_type)
         VALUES (?, ?, 'none', 'Runner', '01012345678', 0)",
    );
    let insert = insert.bind(user_id).bind(format!("unknown-{user_id}"));
    let mut user_db = Stack::get().user_db_connection().await;
    insert.execute(&mut user_db).await.unwrap();
}

async fn total(user_id: u64) -> u64 {
    let total = sqlx::query_scalar("SELECT CAST(total_point AS UNSIGNED) FROM users WHERE user_id = ?");
    let mut user_db = Stack::get().user_db_connection().await;
    total.bind(user_id).fetch_one(&mut user_db).await.unwrap()
}
