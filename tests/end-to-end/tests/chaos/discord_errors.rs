//! Discord responds with errors and rate limits.

use end_to_end::{FunctionLog, Invariants, Notifications, Race, Stack, discord_fault};
use serde_json::json;

const RECORDS: u32 = 100;

#[tokio::test]
async fn discord_gets_every_award_after_errors_and_rate_limits() {
    let (stack, invariants, log) = (Stack::get(), Invariants::from_now().await, FunctionLog::from_now());
    let race = Race::new(json!({})).await;
    race.add_players(RECORDS).await;
    // Longer than an invocation can take with these faults (19 s): SQS would deliver its messages a second time.
    let visibility_timeout = stack.set_visibility_timeout("WebhookQueue", 25).await;

    let rate_limit = |count, retry_after: f32| {
        let mut fault = discord_fault(429, count, &race.title);
        fault["retry_after"] = json!(retry_after);
        fault
    };
    let faults = [
        discord_fault(500, 3, &race.title),
        rate_limit(3, 0.4),
        // Longer than an invocation may wait, so the queue has to deliver the notification again.
        rate_limit(2, 120.0),
        discord_fault(503, 2, &race.title),
        discord_fault(404, 1, &race.title),
    ];
    for fault in &faults {
        stack.add_discord_fault(fault).await;
    }
    race.enter_records(1..=RECORDS, || {}).await;

    let totals = invariants.assert_hold(&race, RECORDS, Notifications::ExactlyOnce).await;
    let served: Vec<_> = stack.discord_faults().await;
    let served: Vec<_> = served.iter().filter(|fault| fault["contains"] == race.title).collect();
    assert_eq!(served.len(), faults.len());
    for fault in &served {
        assert_eq!(fault["served"], fault["count"], "{fault}");
    }
    let retries = log.with_message("Webhook", "waiting for Discord").len();
    let failures = log.with_message("Webhook", "digest not posted").len();
    assert!(retries >= 8 && failures >= 3, "{retries} retries, {failures} failures");
    stack.set_visibility_timeout("WebhookQueue", visibility_timeout).await;
    println!("11 errors of Discord, {retries} retries, {failures} failed digests: {totals:?}");
}

/// In this binary, which runs one test at a time, because it changes the webhooks of all races.
#[tokio::test]
async fn uses_the_webhook_of_a_race() {
    let stack = Stack::get();
    let [with_webhook, without] = [Race::new(json!({})).await, Race::new(json!({})).await];
    let url = |path: &str| format!("{}{path}", stack.discord);
    let webhooks = json!({"default": url("/webhook/local"), &*with_webhook.marathon_id: url("/webhook/own")});
    let name = "DISCORD_WEBHOOKS";
    let previous = stack.set_variable("Webhook", name, &webhooks.to_string()).await;
    for (race, webhook) in [(with_webhook, "/webhook/own"), (without, "/webhook/local")] {
        race.add_players(1).await;
        race.enter_records(1..=1, || {}).await;
        let messages = stack.wait_for_discord(&race.title).await;
        assert!(messages.iter().all(|message| message.contains(webhook)), "{messages:?}");
    }
    stack.set_variable("Webhook", name, &previous).await;
}
