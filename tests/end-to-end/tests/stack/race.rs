//! The main job, from signing up to points, through the public API.

use end_to_end::{Api, Person, Race, Stack, Who, eventually, finished};
use serde_json::{Value, json};

#[tokio::test]
async fn a_finished_run_becomes_points_and_discord_hears_of_it() {
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

    let points = eventually(
        "points",
        async || runner.points().await,
        |points| points["total_point"] == 10,
    )
    .await;
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

    let stack = Stack::get();
    let messages = eventually(
        "Discord",
        async || stack.discord_messages(&race.title).await,
        |m| !m.is_empty(),
    )
    .await;
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].contains("+10점") && messages[0].contains("김달리기") && messages[0].contains("1:18:25"));
}

#[tokio::test]
async fn deleting_a_record_takes_its_points_back() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "1").await;
    race.enter(&finished("1", "3:00:00")).await;
    eventually(
        "points",
        async || runner.points().await,
        |points| points["total_point"] == 10,
    )
    .await;

    let deleted = race.organizer.api.delete(&race.path("/official-records/1")).await;
    assert_eq!(deleted.status, 204);
    let points = eventually(
        "no points",
        async || runner.points().await,
        |points| points["total_point"] == 0,
    )
    .await;
    assert_eq!(points["items"].as_array().unwrap().len(), 2);

    // Entered again it is another record, with points of its own.
    race.enter(&finished("1", "3:00:01")).await;
    let points = eventually(
        "points again",
        async || runner.points().await,
        |points| points["total_point"] == 10,
    )
    .await;
    assert_eq!(points["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn who_did_not_finish_gets_no_points() {
    let race = Race::new(json!({})).await;
    let (dnf, finisher) = (race.runner("Dnf", "1").await, race.runner("Finisher", "2").await);
    race.enter(&json!({"bib": "1", "status": "dnf"})).await;
    race.enter(&finished("2", "3:00:00")).await;
    // The stream keeps the order, so when the second has arrived the first has been dealt with.
    eventually(
        "points",
        async || finisher.points().await,
        |points| points["total_point"] == 10,
    )
    .await;
    assert_eq!(dnf.points().await["total_point"], 0);
    assert_eq!(dnf.points().await["items"], json!([]));
}

#[tokio::test]
async fn a_record_can_be_entered_by_account_too() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "A-1").await;
    let record = race.enter(&json!({"user_id": runner.user_id, "status": "dns"})).await;
    assert_eq!(record["bib"], "A-1");
}

#[tokio::test]
async fn a_bib_is_given_out_when_none_is_asked_for() {
    let race = Race::new(json!({})).await;
    let _ = race.runner("Has one", "1").await;
    let runner = Person::new(Who::Runner, "Has none").await;
    let player = runner.api.post(&race.path("/players"), &json!({})).await.expect(201);
    assert_eq!(player["bib"], "2");
    let race = Api::anonymous().get(&race.path("")).await.expect(200);
    assert_eq!(race["player_count"], 2);
}

#[tokio::test]
async fn only_organizers_create_races_and_only_runners_apply() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "1").await;
    let other = Person::new(Who::Organizer, "Other").await;

    let _ = runner.api.post("/marathons", &json!({})).await.problem(403);
    let _ = other.api.post(&race.path("/players"), &json!({})).await.problem(403);
    for organizer_of_another in [&other, &runner] {
        let api = &organizer_of_another.api;
        let _ = api
            .post(&race.path("/official-records"), &finished("1", "3:00:00"))
            .await
            .problem(403);
        let _ = api.delete(&race.path("/official-records/1")).await.problem(403);
        let _ = api.get(&race.path("/players")).await.problem(403);
    }
}

#[tokio::test]
async fn others_see_the_public_part_of_a_user() {
    let runner = Person::new(Who::Runner, "Public").await;
    let path = format!("/users/{}", runner.user_id);
    let own = runner.api.get("/users/me").await.expect(200);
    assert_eq!(
        (&own["login_id"], &own["phone"]),
        (&json!(runner.login_id), &json!("01012345678"))
    );

    let public = json!({"user_id": runner.user_id, "name": "Public", "total_point": 0});
    let other = Person::new(Who::Organizer, "Other").await;
    for api in [Api::anonymous(), other.api] {
        assert_eq!(api.get(&path).await.expect(200), public);
        assert_eq!(api.get(&format!("{path}/points")).await.expect(200), public);
    }
    assert_eq!(
        runner.api.get(&format!("{path}/points")).await.expect(200)["items"],
        Value::Array(vec![])
    );
}
