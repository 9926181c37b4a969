//! The main flow through the API: from sign-up to points and Discord.

use end_to_end::{Api, Race, Role, Stack, TestUser, finished};
use serde_json::{Value, json};

#[tokio::test]
async fn awards_points_for_a_finish_and_notifies_discord() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("김달리기", "F3").await;

    let record = race
        .enter(&json!({"bib": "f3", "status": "finished", "net_time": "1:18:25", "gun_time": "1:18:27.5"}))
        .await;
    assert_eq!(record["bib"], "F3");
    assert_eq!(record["user_id"], runner.user_id);
    assert_eq!(record["name"], "김달리기");
    assert_eq!(record["gender"], "F");
    assert!(record["division"].as_str().unwrap().starts_with("F3"), "{record}");
    assert_eq!(
        (&record["net_time"], &record["gun_time"]),
        (&json!("1:18:25"), &json!("1:18:27.500"))
    );
    assert_eq!((&record["point"], &record["revision"]), (&json!(10), &json!(1)));

    let points = runner.wait_for_points(10).await;
    let items = points["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{points}");
    assert_eq!(
        (&items[0]["marathon_id"], &items[0]["bib"]),
        (&json!(race.marathon_id), &json!("F3"))
    );
    assert_eq!(
        items[0]["event_id"],
        format!("{}:1:award", record["record_id"].as_str().unwrap())
    );

    let messages = Stack::get().wait_for_discord(&race.title).await;
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].contains("+10점") && messages[0].contains("김달리기") && messages[0].contains("1:18:25"));
}

#[tokio::test]
async fn revokes_points_of_a_deleted_record() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "1").await;
    race.enter(&finished("1", "3:00:00")).await;
    runner.wait_for_points(10).await;

    let deleted = race.organizer.api.delete(&race.path("/official-records/1")).await;
    assert_eq!(deleted.status, 204);
    let points = runner.wait_for_points(0).await;
    assert_eq!(points["items"].as_array().unwrap().len(), 2);

    // Entering it again creates another record with its own award.
    race.enter(&finished("1", "3:00:01")).await;
    let points = runner.wait_for_points(10).await;
    assert_eq!(points["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn awards_no_points_without_a_finish() {
    let race = Race::new(json!({})).await;
    let (dnf, finisher) = (race.runner("Dnf", "1").await, race.runner("Finisher", "2").await);
    race.enter(&json!({"bib": "1", "status": "dnf"})).await;
    race.enter(&finished("2", "3:00:00")).await;
    // The stream preserves the order, so the first record has been processed when the second one's points arrive.
    finisher.wait_for_points(10).await;
    assert_eq!(dnf.points().await["total_point"], 0);
    assert_eq!(dnf.points().await["items"], json!([]));
}

#[tokio::test]
async fn enters_a_record_by_user_id() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "A-1").await;
    let record = race.enter(&json!({"user_id": runner.user_id, "status": "dns"})).await;
    assert_eq!(record["bib"], "A-1");
}

#[tokio::test]
async fn assigns_a_bib_if_none_is_requested() {
    let race = Race::new(json!({})).await;
    let _ = race.runner("With bib", "1").await;
    let runner = TestUser::new(Role::Runner, "Without bib").await;
    let player = runner.api.post(&race.path("/players"), &json!({})).await.expect(201);
    assert_eq!(player["bib"], "2");
    let race = Api::anonymous().get(&race.path("")).await.expect(200);
    assert_eq!(race["player_count"], 2);
}

#[tokio::test]
async fn restricts_races_to_organizers_and_applications_to_runners() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "1").await;
    let other = TestUser::new(Role::Organizer, "Other").await;

    let _ = runner.api.post("/marathons", &json!({})).await.problem(403);
    let _ = other.api.post(&race.path("/players"), &json!({})).await.problem(403);
    for user in [&other, &runner] {
        let api = &user.api;
        let _ = api
            .post(&race.path("/official-records"), &finished("1", "3:00:00"))
            .await
            .problem(403);
        let _ = api.delete(&race.path("/official-records/1")).await.problem(403);
        let _ = api.get(&race.path("/players")).await.problem(403);
    }
}

#[tokio::test]
async fn shows_only_public_fields_of_other_users() {
    let runner = TestUser::new(Role::Runner, "Public").await;
    let path = format!("/users/{}", runner.user_id);
    let own = runner.api.get("/users/me").await.expect(200);
    assert_eq!(
        (&own["login_id"], &own["phone"]),
        (&json!(runner.login_id), &json!("01012345678"))
    );

    let public = json!({"user_id": runner.user_id, "name": "Public", "total_point": 0});
    let other = TestUser::new(Role::Organizer, "Other").await;
    for api in [Api::anonymous(), other.api] {
        assert_eq!(api.get(&path).await.expect(200), public);
        assert_eq!(api.get(&format!("{path}/points")).await.expect(200), public);
    }
    assert_eq!(
        runner.api.get(&format!("{path}/points")).await.expect(200)["items"],
        Value::Array(vec![])
    );
}
