//! Discord asks for slowness, fails, and asks for more patience than a function has.

use end_to_end::{FunctionLog, Invariants, Notices, Race, Stack, discord_fault, eventually};
use serde_json::json;

const RECORDS: u32 = 100;

#[tokio::test]
async fn every_award_is_told_when_discord_has_recovered() {
    let (stack, invariants, log) = (Stack::get(), Invariants::from_now().await, FunctionLog::from_now());
    let race = Race::new(json!({})).await;
    race.crowd(RECORDS).await;
    let before = stack.hand_out_again_after("WebhookQueue", 5).await;

    let limited = |count, retry_after: f32| {
        let mut fault = discord_fault(429, count, &race.title);
        fault["retry_after"] = json!(retry_after);
        fault
    };
    let faults = [
        discord_fault(500, 3, &race.title),
        limited(3, 0.4),
        // Longer than an invocation waits: the queue has to hand the notice out again.
        limited(2, 120.0),
        discord_fault(503, 2, &race.title),
        discord_fault(404, 1, &race.title),
    ];
    for fault in &faults {
        stack.add_discord_fault(fault).await;
    }
    race.enter_crowd(1..=RECORDS, || {}).await;

    let standing = invariants.hold(&race, RECORDS, Notices::Once).await;
    let served: Vec<_> = stack.discord_faults().await;
    let served: Vec<_> = served.iter().filter(|fault| fault["contains"] == race.title).collect();
    assert_eq!(served.len(), faults.len());
    for fault in &served {
        assert_eq!(fault["served"], fault["count"], "{fault}");
    }
    let waited = log.that_say("Webhook", "waiting for Discord").len();
    let given_up = log.that_say("Webhook", "digest not posted").len();
    assert!(waited >= 8 && given_up >= 3, "waited {waited}, given up {given_up}");
    stack.hand_out_again_after("WebhookQueue", before).await;
    println!("11 refusals served, waited {waited} times, gave up {given_up} times: {standing:?}");
}

/// Beside the faults, because it changes a setting that all races share.
#[tokio::test]
async fn a_race_with_a_webhook_of_its_own_is_told_of_there() {
    let stack = Stack::get();
    let [own, other] = [Race::new(json!({})).await, Race::new(json!({})).await];
    let at = |path: &str| format!("{}{path}", stack.discord);
    let webhooks = json!({"default": at("/webhook/local"), &*own.marathon_id: at("/webhook/own")});
    let name = "DISCORD_WEBHOOKS";
    let before = stack.set_variable("Webhook", name, &webhooks.to_string()).await;
    for (race, webhook) in [(own, "/webhook/own"), (other, "/webhook/local")] {
        race.crowd(1).await;
        race.enter_crowd(1..=1, || {}).await;
        let told = async || stack.discord_messages(&race.title).await;
        let told = eventually("Discord", told, |told| !told.is_empty()).await;
        assert!(told.iter().all(|message| message.contains(webhook)), "{told:?}");
    }
    stack.set_variable("Webhook", name, &before).await;
}
