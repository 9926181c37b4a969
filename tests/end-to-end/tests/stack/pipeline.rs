//! The stages, handed what the cloud may hand them: duplicates, strangers and poison.

use end_to_end::{Person, Stack, Who, discord_fault, eventually};
use serde_json::{Value, json};
use uuid::Uuid;

/// An award of 10 points to `user_id`.
fn award(user_id: u64, title: &str) -> Value {
    let record_id = Uuid::now_v7();
    json!({
        "version": 1, "event_id": format!("{record_id}:1:award"), "action": "award", "user_id": user_id, "point": 10,
        "marathon_id": Uuid::now_v7(), "marathon_title": title, "bib": "1", "name": "Runner",
        "time_ms": 10_800_000,
    })
}

/// The event of a queue with these bodies; each delivery is called after its position.
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

fn failures(answer: &Value) -> Vec<&str> {
    let failures = answer["batchItemFailures"].as_array().unwrap();
    failures
        .iter()
        .map(|failure| failure["itemIdentifier"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn poison_fails_alone_and_duplicates_count_once() {
    let runner = Person::new(Who::Runner, "Runner").await;
    let title = format!("Pipeline {}", Uuid::now_v7().simple());
    let good = award(runner.user_id, &title);
    let mut of_tomorrow = award(runner.user_id, &title);
    of_tomorrow["version"] = json!(2);
    let bodies = [
        "not json".to_owned(),
        good.to_string(),
        award(u64::from(u32::MAX), &title).to_string(),
        good.to_string(),
        of_tomorrow.to_string(),
    ];
    let stack = Stack::get();
    for _ in 0..3 {
        let answer = stack.invoke("point-increase", &batch(&bodies)).await.unwrap();
        let mut failed = failures(&answer);
        failed.sort_unstable();
        assert_eq!(failed, ["0", "2", "4"]);
    }
    let points = runner.points().await;
    assert_eq!(
        (&points["total_point"], points["items"].as_array().unwrap().len()),
        (&json!(10), 1)
    );
    let told = eventually(
        "Discord",
        async || stack.discord_messages(&title).await,
        |m| !m.is_empty(),
    )
    .await;
    assert_eq!(told.len(), 1, "a duplicate is no news: {told:?}");
}

#[tokio::test]
async fn one_batch_is_one_message_for_each_race() {
    let runner = Person::new(Who::Runner, "Runner").await;
    let titles = [0, 1].map(|_| format!("Digest {}", Uuid::now_v7().simple()));
    let mut bodies = Vec::new();
    for title in &titles {
        let marathon_id = Uuid::now_v7();
        for _ in 0..20 {
            let mut event = award(runner.user_id, title);
            event["marathon_id"] = json!(marathon_id);
            bodies.push(event.to_string());
        }
    }
    let stack = Stack::get();
    let answer = stack.invoke("point-increase", &batch(&bodies)).await.unwrap();
    assert_eq!(failures(&answer), Vec::<&str>::new());
    assert_eq!(runner.points().await["total_point"], 400);
    for title in &titles {
        let told = eventually(
            "Discord",
            async || stack.discord_messages(title).await,
            |m| !m.is_empty(),
        )
        .await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("기록 20건, 합계 +200점"), "{told:?}");
    }
}

#[tokio::test]
async fn a_record_that_nobody_understands_goes_aside_and_holds_up_no_other() {
    let change = |sequence: &str, image: Value| {
        json!({
            "eventID": sequence, "eventName": "INSERT", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
            "dynamodb": {"Keys": {}, "NewImage": image, "SequenceNumber": sequence, "SizeBytes": 1},
        })
    };
    let marker = Uuid::now_v7().to_string();
    let odd = [
        json!({"marathon_id": {"S": marker}}),
        json!({"bib": marker}),
        json!(marker),
    ];
    let event = json!({"Records": [change("100", odd[0].clone()), change("101", odd[1].clone()), change("102", odd[2].clone())]});
    let stack = Stack::get();
    let answer = stack.invoke("official-record", &event).await.unwrap();
    assert_eq!(failures(&answer), Vec::<&str>::new());
    let letters = eventually(
        "dead letters",
        async || stack.messages("OfficialRecordDlq", &marker).await,
        |letters| letters.len() == odd.len(),
    )
    .await;
    for letter in letters {
        assert!(
            letter["reason"].as_str().is_some_and(|reason| !reason.is_empty()),
            "{letter}"
        );
        assert!(odd.contains(&letter["record"]["dynamodb"]["NewImage"]), "{letter}");
    }
}

#[tokio::test]
async fn a_notice_that_cannot_be_read_fails_alone() {
    let title = format!("PointsNotification {}", Uuid::now_v7().simple());
    let notice = |count: u64| {
        json!({
            "version": 1, "marathon_id": "0199a4b2-7c00-7000-8000-000000000001", "marathon_title": title,
            "count": count, "total_point": 10 * count, "awards": [],
        })
        .to_string()
    };
    let stack = Stack::get();
    let bodies = [notice(1), "{}".to_owned(), notice(2)];
    let answer = stack.invoke("webhook", &batch(&bodies)).await.unwrap();
    assert_eq!(failures(&answer), ["1"]);
    let told = stack.discord_messages(&title).await;
    assert_eq!(told.len(), 1, "one race is one message: {told:?}");
    assert!(told[0].contains("기록 3건, 합계 +30점"), "{told:?}");
}

#[tokio::test]
async fn a_race_that_discord_refuses_holds_up_no_other() {
    let stack = Stack::get();
    // The ids of races grow, and a batch is sorted by them: the first is the one that is rejected.
    let races = [0, 1].map(|_| (Uuid::now_v7(), format!("Side {}", Uuid::now_v7().simple())));
    let notices = races.iter().map(|(marathon_id, title)| {
        json!({
            "version": 1, "marathon_id": marathon_id, "marathon_title": title, "count": 1, "total_point": 10,
            "awards": [],
        })
    });
    let notices: Vec<_> = notices.map(|notice| notice.to_string()).collect();
    let [(_, rejected), (_, other)] = &races;
    stack.add_discord_fault(&discord_fault(500, 4, rejected)).await;

    let told = async |title: &str| stack.discord_messages(title).await.len();
    let handed = async {
        let answer = stack.invoke("webhook", &batch(&notices)).await.unwrap();
        assert_eq!(failures(&answer), Vec::<&str>::new());
    };
    let watched = async {
        eventually("the other race", async || told(other).await, |told| *told == 1).await;
        assert_eq!(told(rejected).await, 0, "the other race had to wait");
    };
    tokio::join!(handed, watched);
    assert_eq!((told(rejected).await, told(other).await), (1, 1));
}
