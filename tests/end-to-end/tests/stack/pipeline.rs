//! The stages of the pipeline, invoked directly with duplicates and invalid messages.

use end_to_end::{Role, Stack, TestUser, award_message, discord_fault, eventually};
use serde_json::{Value, json};
use uuid::Uuid;

/// An SQS event with these bodies. The message ids are their positions.
fn batch(bodies: &[String]) -> Value {
    let records = bodies.iter().enumerate().map(|(position, body)| {
        json!({
            "messageId": position.to_string(), "receiptHandle": "r", "body": body, "md5OfBody": "", "attributes": {},
            "messageAttributes": {}, "eventSource": "aws:sqs", "awsRegion": "us-east-1",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:queue",
        })
    });
    json!({"Records": records.collect::<Vec<_>>()})
}

fn failures(response: &Value) -> Vec<&str> {
    let failures = response["batchItemFailures"].as_array().unwrap();
    failures
        .iter()
        .map(|failure| failure["itemIdentifier"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn reports_invalid_messages_and_posts_duplicates_once() {
    let runner = TestUser::new(Role::Runner, "Runner").await;
    let title = format!("Pipeline {}", Uuid::now_v7().simple());
    let valid = award_message(runner.user_id, &title);
    let mut unsupported = award_message(runner.user_id, &title);
    unsupported["version"] = json!(2);
    let bodies = [
        "not json".to_owned(),
        valid.to_string(),
        award_message(u64::from(u32::MAX), &title).to_string(),
        valid.to_string(),
        unsupported.to_string(),
    ];
    let stack = Stack::get();
    for _ in 0..3 {
        let response = stack.invoke("point-increase", &batch(&bodies)).await.unwrap();
        let mut failed = failures(&response);
        failed.sort_unstable();
        assert_eq!(failed, ["0", "2", "4"]);
    }
    let points = runner.points().await;
    assert_eq!(
        (&points["total_point"], points["items"].as_array().unwrap().len()),
        (&json!(10), 1)
    );
    let digests = stack.wait_for_discord(&title).await;
    assert_eq!(digests.len(), 1, "duplicates are not notified: {digests:?}");
}

#[tokio::test]
async fn posts_one_digest_per_race_and_batch() {
    let runner = TestUser::new(Role::Runner, "Runner").await;
    let titles = [0, 1].map(|_| format!("Digest {}", Uuid::now_v7().simple()));
    let mut bodies = Vec::new();
    for title in &titles {
        let marathon_id = Uuid::now_v7();
        for _ in 0..20 {
            let mut event = award_message(runner.user_id, title);
            event["marathon_id"] = json!(marathon_id);
            bodies.push(event.to_string());
        }
    }
    let stack = Stack::get();
    let response = stack.invoke("point-increase", &batch(&bodies)).await.unwrap();
    assert_eq!(failures(&response), Vec::<&str>::new());
    assert_eq!(runner.points().await["total_point"], 400);
    for title in &titles {
        let digests = stack.wait_for_discord(title).await;
        assert_eq!(digests.len(), 1, "{digests:?}");
        assert!(digests[0].contains("기록 20건, 합계 +200점"), "{digests:?}");
    }
}

#[tokio::test]
async fn sends_invalid_stream_records_to_the_dead_letter_queue() {
    let change = |sequence: &str, image: Value| {
        json!({
            "eventID": sequence, "eventName": "INSERT", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
            "dynamodb": {"Keys": {}, "NewImage": image, "SequenceNumber": sequence, "SizeBytes": 1},
        })
    };
    let marker = Uuid::now_v7().to_string();
    let invalid = [
        json!({"marathon_id": {"S": marker}}),
        json!({"bib": marker}),
        json!(marker),
    ];
    let images = invalid.iter().zip(100..);
    let records: Vec<_> = images
        .map(|(image, number)| change(&number.to_string(), image.clone()))
        .collect();
    let event = json!({"Records": records});
    let stack = Stack::get();
    let response = stack.invoke("official-record", &event).await.unwrap();
    assert_eq!(failures(&response), Vec::<&str>::new());
    let dead_letters = eventually(
        "dead letters",
        async || stack.find_messages("OfficialRecordDlq", &marker).await,
        |dead_letters| dead_letters.len() == invalid.len(),
    )
    .await;
    for dead_letter in dead_letters {
        assert!(
            dead_letter["reason"].as_str().is_some_and(|reason| !reason.is_empty()),
            "{dead_letter}"
        );
        assert!(
            invalid.contains(&dead_letter["record"]["dynamodb"]["NewImage"]),
            "{dead_letter}"
        );
    }
}

#[tokio::test]
async fn reports_an_invalid_notification() {
    let title = format!("Notification {}", Uuid::now_v7().simple());
    let notification = |count: u64| {
        json!({
            "version": 1, "marathon_id": "0199a4b2-7c00-7000-8000-000000000001", "marathon_title": title,
            "count": count, "total_point": 10 * count, "awards": [],
        })
        .to_string()
    };
    let stack = Stack::get();
    let bodies = [notification(1), "{}".to_owned(), notification(2)];
    let response = stack.invoke("webhook", &batch(&bodies)).await.unwrap();
    assert_eq!(failures(&response), ["1"]);
    let digests = stack.discord_messages(&title).await;
    assert_eq!(digests.len(), 1, "one digest per race: {digests:?}");
    assert!(digests[0].contains("기록 3건, 합계 +30점"), "{digests:?}");
}

#[tokio::test]
async fn a_failing_webhook_does_not_delay_other_races() {
    let stack = Stack::get();
    // The stage sorts races by id, and UUIDv7 ids ascend: the failing race is the first.
    let races = [0, 1].map(|_| (Uuid::now_v7(), format!("Side {}", Uuid::now_v7().simple())));
    let notifications = races.iter().map(|(marathon_id, title)| {
        json!({
            "version": 1, "marathon_id": marathon_id, "marathon_title": title, "count": 1, "total_point": 10,
            "awards": [],
        })
    });
    let notifications: Vec<_> = notifications.map(|notification| notification.to_string()).collect();
    let [(_, failing), (_, other)] = &races;
    stack.add_discord_fault(&discord_fault(500, 4, failing)).await;

    let digests = async |title: &str| stack.discord_messages(title).await.len();
    let invoke = async {
        let response = stack.invoke("webhook", &batch(&notifications)).await.unwrap();
        assert_eq!(failures(&response), Vec::<&str>::new());
    };
    let check_order = async {
        let other_digests = async || digests(other).await;
        eventually("the other race's digest", other_digests, |count| *count == 1).await;
        assert_eq!(digests(failing).await, 0, "the other race waited for the failing one");
    };
    tokio::join!(invoke, check_order);
    assert_eq!((digests(failing).await, digests(other).await), (1, 1));
}
