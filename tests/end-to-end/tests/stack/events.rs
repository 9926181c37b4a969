//! Each function answers its sample event, filled in with people and races that exist.

use super::migrations::newest;
use end_to_end::{Race, Role, Stack, TestUser, finished, project};
use serde_json::{Value, json};

const MARATHON: &str = "0199a4b2-7c00-7000-8000-000000000001";
const RECORD: &str = "0199a4b2-7c00-7000-8000-0000000000aa";

const OWN_RECORD: &str = "0199a4b2-7c00-7000-8000-0000000000bb";

/// A sample event, with each placeholder replaced.
fn sample(name: &str, replacements: &[(&str, &str)]) -> Value {
    let path = project().join("events").join(format!("{name}.json"));
    let mut text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for (placeholder, value) in replacements {
        assert!(text.contains(placeholder), "{name} has no {placeholder}");
        text = text.replace(placeholder, value);
    }
    serde_json::from_str(&text).unwrap()
}

/// Sends a route's sample event to its function and returns the body of its answer.
async fn answered(name: &str, status: u16, replacements: &[(&str, &str)]) -> Value {
    let function = name.trim_end_matches("-basic");
    let answer = Stack::get()
        .invoke(function, &sample(name, replacements))
        .await
        .unwrap();
    assert_eq!(answer["statusCode"], status, "{name}: {answer}");
    answer["body"]
        .as_str()
        .filter(|body| !body.is_empty())
        .map_or(Value::Null, |body| serde_json::from_str(body).unwrap())
}

#[tokio::test]
async fn every_route_answers_its_sample_event() {
    let race = Race::new(json!({})).await;
    let runner = TestUser::new(Role::Runner, "김달리기").await;
    let login_id = format!("sample-{}", runner.user_id);
    let marathon = (MARATHON, race.marathon_id.as_str());
    let (runner_token, organizer_token) = (
        ("<token>", runner.token.as_str()),
        ("<token>", race.organizer.token.as_str()),
    );
    let user_id = runner.user_id.to_string();

    answered("users-signup", 201, &[("sample-runner", &login_id)]).await;
    let login = answered("users-login", 200, &[("sample-runner", &login_id)]).await;
    assert_eq!(login["message"], "로그인 성공! 개인 사용자님 환영합니다.");
    // The credentials in this one are fixed: a stack where nobody has them answers 401.
    let basic = Stack::get()
        .invoke("users-login", &sample("users-login-basic", &[]))
        .await
        .unwrap();
    assert!(basic["statusCode"] == 200 || basic["statusCode"] == 401, "{basic}");
    let refresh_token = login["refresh_token"].as_str().unwrap().to_owned();
    let renewed = answered("users-refresh", 200, &[("<refresh_token>", &refresh_token)]).await;
    let refresh_token = renewed["refresh_token"].as_str().unwrap().to_owned();
    answered("users-logout", 204, &[("<refresh_token>", &refresh_token)]).await;
    answered("users-get", 200, &[("1001", &user_id)]).await;
    answered("users-list", 200, &[organizer_token]).await;
    answered("users-update", 200, &[runner_token]).await;
    answered("marathons-create", 201, &[organizer_token]).await;
    answered("marathons-list", 200, &[]).await;
    answered("marathons-get", 200, &[marathon]).await;
    answered("marathons-by-user", 200, &[organizer_token]).await;
    answered("players-apply", 201, &[marathon, runner_token]).await;
    answered("players-list", 200, &[marathon, organizer_token]).await;
    answered("players-get", 200, &[marathon, runner_token]).await;
    answered("players-by-user", 200, &[runner_token]).await;
    answered("marathons-update", 200, &[marathon, organizer_token]).await;
    answered("official-records-create", 201, &[marathon, organizer_token]).await;
    let records = answered("official-records-list", 200, &[marathon]).await;
    assert_eq!(records["items"][0]["net_time"], "3:25:10");
    answered("official-records-update", 200, &[marathon, organizer_token]).await;
    let record = answered("official-records-get", 200, &[marathon]).await;
    assert_eq!(record["net_time"], "3:25:09.500");
    answered("official-records-by-user", 200, &[("1001", &user_id)]).await;
    answered("points-add", 202, &[marathon, organizer_token]).await;
    answered("points-by-race", 200, &[marathon, organizer_token]).await;
    answered("official-records-delete", 204, &[marathon, organizer_token]).await;
    answered("players-cancel", 204, &[marathon, runner_token]).await;
    answered("marathons-delete", 204, &[marathon, organizer_token]).await;
    let run = answered("non-official-records-create", 201, &[runner_token]).await;
    let run = (OWN_RECORD, run["record_id"].as_str().unwrap());
    answered("non-official-records-list", 200, &[runner_token]).await;
    answered("non-official-records-update", 200, &[run, runner_token]).await;
    answered("non-official-records-delete", 204, &[run, runner_token]).await;
    answered("points-list", 200, &[("1001", &user_id), runner_token]).await;
    answered("points-ranking", 200, &[]).await;
    answered("users-delete", 204, &[runner_token]).await;
}

#[tokio::test]
async fn every_stage_handles_its_sample_event() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("김달리기", "F3").await;
    let record = race.enter(&finished("F3", "3:25:10")).await;
    let user_id = runner.user_id.to_string();
    let replacements = [
        (MARATHON, race.marathon_id.as_str()),
        (RECORD, record["record_id"].as_str().unwrap()),
        ("1001", user_id.as_str()),
    ];

    let stack = Stack::get();
    let nothing_failed = json!({"batchItemFailures": []});
    for stage in ["official-record", "point-increase"] {
        assert_eq!(
            stack.invoke(stage, &sample(stage, &replacements)).await.unwrap(),
            nothing_failed,
            "{stage}"
        );
    }
    // The same event three times, by the stream itself and by both samples, is one award.
    let points = end_to_end::eventually("points", async || runner.points().await, |p| p["total_point"] != 0).await;
    assert_eq!(
        (&points["total_point"], points["items"].as_array().unwrap().len()),
        (&json!(10), 1)
    );

    let title = ("서울 마라톤", race.title.as_str());
    assert_eq!(
        stack.invoke("webhook", &sample("webhook", &[title])).await.unwrap(),
        nothing_failed
    );
    assert!(!stack.discord_messages(&race.title).await.is_empty());
    let order = sample("points-audit", &replacements[..1]);
    let report = stack.invoke("points-audit", &order).await.unwrap();
    assert_eq!((&report["races"], &report["records"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn user_db_is_migrated_for_people_and_for_deployments() {
    let stack = Stack::get();
    let answer = stack.invoke("user-db-migrate", &sample("user-db-migrate", &[])).await;
    assert_eq!(answer.unwrap(), json!({"version": newest()}));

    let place = stack.create_upload_url().await;
    let mut order = sample("user-db-migrate-create", &[]);
    order["ResponseURL"] = place.clone().into();
    assert_eq!(stack.invoke("user-db-migrate", &order).await.unwrap(), Value::Null);
    let told = stack.uploaded(&place).await;
    assert_eq!(
        (&told["Status"], &told["RequestId"]),
        (&json!("SUCCESS"), &order["RequestId"])
    );
}
