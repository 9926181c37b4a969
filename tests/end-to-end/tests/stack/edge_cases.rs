//! Edge-case values in every field of every request body. They may be accepted or rejected, but never cause a 5xx.

use end_to_end::{Api, Race, Role, TestUser, race_body};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use time::OffsetDateTime;

/// Values that are known to break software, as JSON text.
fn edge_cases() -> Vec<String> {
    let texts = [
        "",
        " ",
        "🏃‍♀️🏳️‍🌈",
        "\u{202e}ןורמ\u{202c} اختبار",
        "a\u{0}b",
        "\u{feff}\u{200b}",
        "e\u{301}",
        "'; DROP TABLE users; --",
        "{{resolve:secretsmanager:x}}",
        "2024-02-29",
        "2023-02-29",
        "0000-00-00",
        "+12026-01-01",
        "２０２６-０３-１５",
        "2026-03-15T23:59:60+09:00",
        "2026-03-15T08:00:00-23:59",
        "99:99:99",
        "-0:00:01",
    ];
    let mut values: Vec<String> = texts.iter().map(|text| json!(text).to_string()).collect();
    values.push(json!("x".repeat(1_000_000)).to_string());
    values.push(format!("{}1{}", "[".repeat(100), "]".repeat(100)));
    values.push(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    let others = [
        "-0",
        "-0.0",
        "1e308",
        "1e-400",
        "9007199254740993",
        "-9223372036854775808",
        "9223372036854775807",
        "18446744073709551616",
        "123456789012345678901234567890",
        "true",
        "[]",
        "{}",
        "null",
        "\"\\ud800\"",
        "NaN",
    ];
    values.extend(others.map(str::to_owned));
    values
}

/// A body with one field set to any JSON text, even an invalid one.
fn with_field(body: &Value, field: &str, value: &str) -> String {
    let mut body = body.clone();
    body[field] = json!("@placeholder@");
    body.to_string().replace("\"@placeholder@\"", value)
}

#[tokio::test]
async fn no_field_value_causes_a_server_error() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "1").await;
    let applicant = TestUser::new(Role::Runner, "Applicant").await;
    let organizer = &race.organizer.api;
    let today = OffsetDateTime::now_utc().date().to_string();
    let routes: Vec<(Api, String, Value)> = vec![
        (
            Api::anonymous(),
            "/users".into(),
            json!({
                "login_id": "a", "password": "b", "name": "c", "phone": "d", "user_type": 0, "gender": "F",
                "birth_date": "e",
            }),
        ),
        (
            Api::anonymous(),
            "/users/login".into(),
            json!({"login_id": "nobody", "password": "x"}),
        ),
        (Api::anonymous(), "/users/refresh".into(), json!({"refresh_token": "x"})),
        (
            Api::anonymous(),
            "/users/logout".into(),
            json!({"refresh_token": "x", "everywhere": true}),
        ),
        (
            organizer.clone(),
            "/marathons".into(),
            json!({
                "title": "Edge case", "held_on": "2110-03-15", "starts_at": "2110-03-15T08:00:00+09:00",
                "location": "Seoul", "distance_m": 1, "point": 0, "capacity": 1,
                "apply_until": "2110-03-15T08:00:00+09:00", "ranked_by": "net",
            }),
        ),
        (
            applicant.api.clone(),
            race.path("/players"),
            json!({"bib": "1", "gender": "X", "birth_date": "2000-01-01"}),
        ),
        (
            organizer.clone(),
            race.path("/official-records"),
            json!({"bib": "404", "status": "finished", "net_time": "3:00:00", "gun_time": "3:00:00", "splits": []}),
        ),
        (
            runner.api.clone(),
            "/users/me/non-official-records".into(),
            json!({"title": "Edge case", "ran_on": today, "distance_m": 1, "time": "0:00:01", "memo": "x"}),
        ),
        (
            organizer.idempotency_key("edge-case"),
            race.path("/points"),
            json!({"bib": "404", "point": 1, "reason": "x"}),
        ),
    ];
    let mut requests = Vec::new();
    for (api, path, body) in &routes {
        for field in body.as_object().unwrap().keys() {
            for value in edge_cases() {
                requests.push((api, path, with_field(body, field, &value)));
            }
        }
    }
    let responses = stream::iter(requests).map(|(api, path, body)| async move {
        let response = api.post_text(path, &body).await;
        let start: String = body.chars().take(200).collect();
        assert!(
            matches!(response.status.as_u16(), 200..=499),
            "{path} {start}: {} {}",
            response.status,
            response.json
        );
        if response.status.as_u16() >= 400 {
            let _ = response.json["status"]
                .as_u64()
                .unwrap_or_else(|| panic!("{path} {start}: {}", response.json));
        }
    });
    responses.buffer_unordered(8).collect::<()>().await;
}

#[tokio::test]
async fn accepts_leap_days_and_checks_race_day_in_the_local_time_zone() {
    let organizer = TestUser::new(Role::Organizer, "Organizer").await;
    let create = async |held_on: &str, starts_at: &str| {
        let race = race_body("Kiritimati", json!({"held_on": held_on, "starts_at": starts_at}));
        organizer.api.post("/marathons", &race).await
    };
    let leap = create("2112-02-29", "2112-02-29T00:00:00+14:00").await.expect(201);
    assert_eq!(
        (&leap["held_on"], &leap["starts_at"]),
        (&json!("2112-02-29"), &json!("2112-02-29T00:00:00+14:00"))
    );
    assert_eq!(
        create("2100-02-29", "2100-02-28T00:00:00Z").await.rejected_fields(),
        ["held_on"]
    );
    // Race day is the local date, not the date in UTC.
    assert_eq!(
        create("2112-02-28", "2112-02-29T00:00:00+14:00")
            .await
            .rejected_fields(),
        ["starts_at"]
    );
}
