//! Every function answers its sample event.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use contract::journey::{Expected, Journey};
use end_to_end::{Race, Stack, finished};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// As in events/users-signup.json.
const PASSWORD: &str = "correct horse";

#[tokio::test]
async fn every_function_answers_its_sample_event() {
    let stack = Stack::get();
    let race = Race::new(json!({})).await;
    let login_id = format!("sample-{}", Uuid::now_v7().simple());
    let mut values = BTreeMap::from([
        (
            "basic".to_owned(),
            BASE64_STANDARD.encode(format!("{login_id}:{PASSWORD}")),
        ),
        ("login_id".to_owned(), login_id),
        ("organizer_token".to_owned(), race.organizer.token.clone()),
        ("marathon_id".to_owned(), race.marathon_id.clone()),
        ("response_url".to_owned(), stack.create_upload_url().await),
    ]);
    let journey = Journey::read();
    for step in &journey.steps {
        let event = journey.event(step, &values);
        let answer = stack.invoke(&step.function, &event).await;
        let answer = answer.unwrap_or_else(|error| panic!("{}: {error}", step.event));
        match &step.expected {
            Expected::Answer(fields) => assert_fields(&step.event, &answer, fields),
            Expected::Put(fields) => {
                assert_eq!(answer, Value::Null, "{}", step.event);
                assert_fields(&step.event, &stack.uploaded(&values["response_url"]).await, fields);
            }
        }
        values.extend(step.saved(&answer));
    }
}

fn assert_fields(event: &str, answer: &Value, fields: &Map<String, Value>) {
    for (name, expected) in fields {
        assert_eq!(&answer[name], expected, "{event}: {name} in {answer}");
    }
}

#[tokio::test]
async fn repeated_sample_events_count_once() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("김달리기", "F3").await;
    let record = race.enter(&finished("F3", "3:25:10")).await;
    let values = BTreeMap::from([
        ("marathon_id".to_owned(), race.marathon_id.clone()),
        ("record_id".to_owned(), record["record_id"].as_str().unwrap().to_owned()),
        ("user_id".to_owned(), runner.user_id.to_string()),
    ]);
    let journey = Journey::read();
    for event in ["official-record", "point-increase"] {
        let step = journey.steps.iter().find(|step| step.event == event).unwrap();
        let answer = Stack::get().invoke(&step.function, &journey.event(step, &values)).await;
        assert_eq!(answer, Ok(json!({"batchItemFailures": []})), "{event}");
    }
    // The stream and both sample events have the same award.
    let points = runner.wait_for_points(10).await;
    assert_eq!(points["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn webhook_posts_its_sample_event() {
    let title = format!("Race {}", Uuid::now_v7().simple());
    let event = contract::read("events/webhook.json").replace("서울 마라톤", &title);
    let answer = Stack::get()
        .invoke("webhook", &serde_json::from_str(&event).unwrap())
        .await;
    assert_eq!(answer, Ok(json!({"batchItemFailures": []})));
    let messages = Stack::get().discord_messages(&title).await;
    assert_eq!(messages.len(), 1, "{messages:?}");
}
