//! Updates, cancellations and deletions of races, players, records and points.

use end_to_end::{Api, Race, Role, TestUser, eventually, finished, race_body};
use serde_json::{Value, json};

#[tokio::test]
async fn updates_a_race_except_the_distance_of_its_results() {
    let race = Race::new(json!({})).await;
    let api = &race.organizer.api;
    let path = race.path("");
    let runner = race.runner("Runner", "1").await;
    let longer = api
        .put(&path, &race_body("New title", json!({"distance_m": 50_000})))
        .await;
    assert_eq!(longer.headers["etag"], "\"2\"");
    let longer = longer.expect(200);
    assert_eq!(
        (&longer["title"], &longer["distance_m"], &longer["player_count"]),
        (&json!("New title"), &json!(50_000), &json!(1))
    );

    race.enter(&finished("1", "3:00:00")).await;
    let problem = api.put(&path, &race_body("New title", json!({}))).await.problem(409);
    assert_eq!(problem["type"], "/problems/has-records");
    // The race's points apply to records that are entered later.
    let _ = api
        .put(
            &path,
            &race_body("New title", json!({"distance_m": 50_000, "point": 99})),
        )
        .await
        .expect(200);
    let points = eventually(
        "points",
        async || runner.points().await,
        |points| points["total_point"] != 0,
    )
    .await;
    assert_eq!(points["total_point"], 10);
    let body = json!({"status": "finished", "net_time": "2:59:00"});
    let record = api.put(&race.path("/official-records/1"), &body).await.expect(200);
    assert_eq!((&record["point"], &record["revision"]), (&json!(10), &json!(2)));

    assert_eq!(
        api.put(&path, &race_body("", json!({"capacity": 0})))
            .await
            .rejected_fields(),
        ["title", "capacity"]
    );
    let _ = api
        .if_match("\"1\"")
        .put(&path, &race_body("Lost", json!({"distance_m": 50_000})))
        .await
        .problem(412);
    let other = TestUser::new(Role::Organizer, "Other").await;
    let _ = other.api.put(&path, &race_body("Mine", json!({}))).await.problem(403);
}

#[tokio::test]
async fn rejects_deleting_a_race_with_players() {
    let race = Race::new(json!({"held_on": "2199-12-31"})).await;
    let runner = race.runner("Runner", "1").await;
    let problem = race.organizer.api.delete(&race.path("")).await.problem(409);
    assert_eq!(problem["type"], "/problems/has-players");
    assert_eq!(runner.api.delete(&race.path("/players/me")).await.status, 204);
    assert_eq!(race.organizer.api.delete(&race.path("")).await.status, 204);
    let _ = Api::anonymous().get(&race.path("")).await.problem(404);
}

#[tokio::test]
async fn promotes_the_first_runner_on_the_waitlist() {
    let race = Race::new(json!({"capacity": 1, "held_on": "2199-12-31"})).await;
    let first = race.runner("First", "1").await;
    let second = TestUser::new(Role::Runner, "Second").await;
    let waiting = second.api.post(&race.path("/players"), &json!({})).await.expect(201);
    assert_eq!((&waiting["status"], &waiting["bib"]), (&json!("waiting"), &Value::Null));
    let list = race
        .organizer
        .api
        .get(&race.path("/players?status=waiting"))
        .await
        .expect(200);
    assert_eq!(list["items"][0]["user_id"], second.user_id);

    // The organizer can cancel for a runner; another runner cannot.
    let first_player = race.path(&format!("/players/{}", first.user_id));
    let _ = second.api.delete(&first_player).await.problem(403);
    assert_eq!(race.organizer.api.delete(&first_player).await.status, 204);
    let _ = race.organizer.api.delete(&first_player).await.problem(404);
    let races = second.api.get("/users/me/players").await.expect(200);
    let item = &races["items"][0];
    assert_eq!(
        (&item["status"], &item["title"], &item["held_on"]),
        (&json!("entered"), &json!(race.title), &json!("2199-12-31"))
    );
    assert!(item["bib"].is_string());
    let _ = first.api.post(&race.path("/players"), &json!({})).await.expect(201);
}

#[tokio::test]
async fn shows_the_place_on_the_waitlist() {
    let race = Race::new(json!({"capacity": 1, "held_on": "2199-12-31"})).await;
    let first = race.runner("First", "1").await;
    let (second, third) = (
        TestUser::new(Role::Runner, "Second").await,
        TestUser::new(Role::Runner, "Third").await,
    );
    let apply = async |runner: &TestUser| runner.api.post(&race.path("/players"), &json!({})).await;
    assert_eq!(apply(&second).await.expect(201)["waiting_place"], 1);
    let applied = apply(&third).await;
    let location = applied.headers["location"].to_str().unwrap().replacen("/api", "", 1);
    let applied = applied.expect(201);
    assert_eq!(
        (&applied["status"], &applied["waiting_place"]),
        (&json!("waiting"), &json!(2))
    );

    // Only the runner and the race's organizer may see it.
    let me = race.path("/players/me");
    assert_eq!(third.api.get(&me).await.expect(200), applied);
    assert_eq!(race.organizer.api.get(&location).await.expect(200), applied);
    let _ = second.api.get(&location).await.problem(403);
    let other = TestUser::new(Role::Organizer, "Other").await;
    let _ = other.api.get(&location).await.problem(403);
    let _ = other.api.get(&me).await.problem(404);
    assert_eq!(first.api.get(&me).await.expect(200)["waiting_place"], Value::Null);

    assert_eq!(second.api.delete(&me).await.status, 204);
    let second_player = race.path(&format!("/players/{}", second.user_id));
    let _ = second.api.get(&me).await.problem(404);
    let _ = race.organizer.api.get(&second_player).await.problem(404);
    assert_eq!(third.api.get(&me).await.expect(200)["waiting_place"], 1);
    assert_eq!(first.api.delete(&me).await.status, 204);
    let entered = third.api.get(&me).await.expect(200);
    assert_eq!(
        (&entered["status"], &entered["waiting_place"]),
        (&json!("entered"), &Value::Null)
    );
    assert!(entered["bib"].is_string());
}

#[tokio::test]
async fn rejects_cancelling_with_a_record() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "1").await;
    race.enter(&finished("1", "3:00:00")).await;
    let problem = runner.api.delete(&race.path("/players/me")).await.problem(409);
    assert_eq!(problem["type"], "/problems/has-record");
    assert_eq!(
        race.organizer
            .api
            .delete(&race.path("/official-records/1"))
            .await
            .status,
        204
    );
    assert_eq!(runner.api.delete(&race.path("/players/me")).await.status, 204);
}

#[tokio::test]
async fn a_correction_changes_the_points() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "1").await;
    race.enter(&finished("1", "3:00:00")).await;
    runner.wait_for_points(10).await;
    let path = race.path("/official-records/1");
    let correct = async |body: Value| race.organizer.api.put(&path, &body).await;
    let faster = correct(json!({"status": "finished", "net_time": "2:59:59.5"})).await;
    assert_eq!(faster.headers["etag"], "\"2\"");
    let _ = correct(json!({"status": "dsq"})).await.expect(200);
    runner.wait_for_points(0).await;
    let _ = correct(json!({"status": "finished", "net_time": "2:59:59.5"}))
        .await
        .expect(200);
    let points = runner.wait_for_points(10).await;
    assert_eq!(
        points["items"].as_array().unwrap().len(),
        3,
        "the corrected time caused no entry: {points}"
    );

    let record = Api::anonymous().get(&path).await;
    assert_eq!(record.headers["etag"], "\"4\"");
    assert_eq!(record.expect(200)["net_time"], "2:59:59.500");
    let records = Api::anonymous()
        .get(&format!("/users/{}/official-records", runner.user_id))
        .await
        .expect(200);
    assert_eq!(records["items"][0]["marathon_title"], race.title);
    assert_eq!(
        correct(json!({"status": "finished", "bib": "2"}))
            .await
            .rejected_fields(),
        ["bib"]
    );
    let _ = race
        .organizer
        .api
        .if_match("\"1\"")
        .put(&path, &json!({"status": "dnf"}))
        .await
        .problem(412);
    let _ = race
        .organizer
        .api
        .put(&race.path("/official-records/2"), &json!({"status": "dnf"}))
        .await
        .problem(404);
}

#[tokio::test]
async fn shows_organizers_the_points_of_a_race() {
    let race = Race::new(json!({})).await;
    let path = race.path("/points");
    let api = &race.organizer.api;
    let nothing = json!({
        "marathon_id": race.marathon_id, "records": 0, "record_point": 0, "adjustments": 0, "adjustment_point": 0,
        "latest_at": null,
    });
    assert_eq!(api.get(&path).await.expect(200), nothing);

    let runner = race.runner("Runner", "1").await;
    for bib in ["2", "3"] {
        let _ = race.runner("Runner", bib).await;
    }
    race.enter(&finished("1", "3:00:00")).await;
    race.enter(&finished("2", "3:00:01")).await;
    race.enter(&json!({"bib": "3", "status": "dnf"})).await;
    let wait_for = async |what: &str, sums: [i64; 4]| {
        let fields = ["records", "record_point", "adjustments", "adjustment_point"];
        let is_done = |points: &Value| fields.map(|field| points[field].as_i64()) == sums.map(Some);
        eventually(what, async || api.get(&path).await.expect(200), is_done).await
    };
    let awarded = wait_for("both awards", [2, 20, 0, 0]).await;
    assert!(awarded["latest_at"].is_string(), "{awarded}");

    // A record without points is not counted.
    let correction = json!({"status": "dsq"});
    let _ = api
        .put(&race.path("/official-records/2"), &correction)
        .await
        .expect(200);
    wait_for("the revocation", [1, 10, 0, 0]).await;
    // An adjustment does not change the record's points, even if it takes more.
    let adjustment = json!({"bib": "1", "point": -30, "reason": "코스 이탈"});
    let _ = api.idempotency_key("one").post(&path, &adjustment).await.expect(202);
    let adjusted = wait_for("the adjustment", [1, 10, 1, -30]).await;
    assert!(
        adjusted["latest_at"].as_str() >= awarded["latest_at"].as_str(),
        "{adjusted}"
    );

    // The ledger does not have the race's owner, so every organizer may see it.
    let other = TestUser::new(Role::Organizer, "Other").await;
    assert_eq!(other.api.get(&path).await.expect(200), adjusted);
    let _ = runner.api.get(&path).await.problem(403);
    let _ = Api::anonymous().get(&path).await.problem(401);
    assert_eq!(api.get("/marathons/1/points").await.rejected_fields(), ["marathon_id"]);
}

#[tokio::test]
async fn a_runner_manages_private_records() {
    let runner = TestUser::new(Role::Runner, "Runner").await;
    let path = "/users/me/non-official-records";
    let record = |title: &str, time: &str| json!({"title": title, "ran_on": "2026-03-01", "distance_m": 10_000, "time": time, "memo": "맞바람"});
    let created = runner.api.post(path, &record("One", "0:48:25")).await.expect(201);
    let _ = runner.api.post(path, &record("Two", "0:48:24")).await.expect(201);
    let record_path = format!("{path}/{}", created["record_id"].as_str().unwrap());
    let updated = runner
        .api
        .if_match("\"1\"")
        .put(&record_path, &record("One", "0:48:23.25"))
        .await
        .expect(200);
    assert_eq!(
        (&updated["time"], &updated["revision"]),
        (&json!("0:48:23.250"), &json!(2))
    );
    let _ = runner
        .api
        .if_match("\"1\"")
        .put(&record_path, &record("One", "0:48:22"))
        .await
        .problem(412);
    let list = runner.api.get(path).await.expect(200);
    let titles: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["Two", "One"]);

    let other = TestUser::new(Role::Runner, "Other").await;
    let private = format!("/users/{}/non-official-records", runner.user_id);
    let _ = other.api.get(&private).await.problem(403);
    let _ = other
        .api
        .put(&record_path, &record("Mine", "0:40:00"))
        .await
        .problem(404);
    let _ = runner.api.delete(&record_path).await.expect(204);
    let _ = runner.api.delete(&record_path).await.problem(404);
    let bad = json!({"title": "", "ran_on": "2199-01-01", "distance_m": 0, "time": "48:25", "memo": "x".repeat(501)});
    assert_eq!(
        runner.api.post(path, &bad).await.rejected_fields(),
        ["title", "ran_on", "distance_m", "time", "memo"]
    );
}

#[tokio::test]
async fn applies_a_repeated_adjustment_once() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "1").await;
    let path = race.path("/points");
    let adjustment = json!({"bib": "1", "point": -3, "reason": "코스 이탈"});
    let api = race.organizer.api.idempotency_key("one");
    let first = api.post(&path, &adjustment).await.expect(202);
    let again = api.post(&path, &adjustment).await.expect(202);
    assert_eq!(first, again);
    let points = eventually(
        "points",
        async || runner.points().await,
        |points| points["total_point"] != 0,
    )
    .await;
    assert_eq!(
        (&points["total_point"], points["items"].as_array().unwrap().len()),
        (&json!(-3), 1)
    );
    assert_eq!(
        (&points["items"][0]["reason"], &points["items"][0]["event_id"]),
        (&json!("코스 이탈"), &first["event_id"])
    );

    let other = json!({"user_id": runner.user_id, "point": 5, "reason": "봉사"});
    assert_eq!(
        api.post(&path, &other).await.problem(409)["type"],
        "/problems/idempotency-key-reused"
    );
    let _ = race
        .organizer
        .api
        .idempotency_key("two")
        .post(&path, &other)
        .await
        .expect(202);
    runner.wait_for_points(2).await;
    assert_eq!(
        race.organizer.api.post(&path, &other).await.rejected_fields(),
        ["idempotency-key"]
    );
    assert_eq!(
        api.post(&path, &json!({"bib": "1", "point": 0, "reason": ""}))
            .await
            .rejected_fields(),
        ["point", "reason"]
    );
    let _ = api
        .post(&path, &json!({"bib": "2", "point": 1, "reason": "x"}))
        .await
        .problem(404);
    let _ = runner
        .api
        .idempotency_key("three")
        .post(&path, &other)
        .await
        .problem(403);
}
