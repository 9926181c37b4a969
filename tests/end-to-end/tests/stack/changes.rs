//! Changing and undoing: races, players, records, own records and points.

use end_to_end::{Api, Person, Race, Who, eventually, finished};
use serde_json::{Value, json};
use time::OffsetDateTime;

#[allow(clippy::needless_pass_by_value, reason = "callers write it in place")]
fn race_body(title: &str, changes: Value) -> Value {
    let today = OffsetDateTime::now_utc().date().to_string();
    let mut body = json!({"title": title, "held_on": today, "location": "Seoul", "point": 10});
    body.as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_race_changes_but_not_what_its_results_were_measured_against() {
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
    // Points of records that stand do not change with the race's.
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
    let other = Person::new(Who::Organizer, "Other").await;
    let _ = other.api.put(&path, &race_body("Mine", json!({}))).await.problem(403);
}

#[tokio::test]
async fn a_race_with_players_is_not_deleted() {
    let race = Race::new(json!({"held_on": "2199-12-31"})).await;
    let runner = race.runner("Runner", "1").await;
    let problem = race.organizer.api.delete(&race.path("")).await.problem(409);
    assert_eq!(problem["type"], "/problems/has-players");
    assert_eq!(runner.api.delete(&race.path("/players/me")).await.status, 204);
    assert_eq!(race.organizer.api.delete(&race.path("")).await.status, 204);
    let _ = Api::anonymous().get(&race.path("")).await.problem(404);
}

#[tokio::test]
async fn a_runner_leaves_and_the_first_in_line_comes_in() {
    let race = Race::new(json!({"capacity": 1, "held_on": "2199-12-31"})).await;
    let first = race.runner("First", "1").await;
    let second = Person::new(Who::Runner, "Second").await;
    let waiting = second.api.post(&race.path("/players"), &json!({})).await.expect(201);
    assert_eq!((&waiting["status"], &waiting["bib"]), (&json!("waiting"), &Value::Null));
    let list = race
        .organizer
        .api
        .get(&race.path("/players?status=waiting"))
        .await
        .expect(200);
    assert_eq!(list["items"][0]["user_id"], second.user_id);

    // The organizer can take somebody out, a stranger cannot.
    let of_first = race.path(&format!("/players/{}", first.user_id));
    let _ = second.api.delete(&of_first).await.problem(403);
    assert_eq!(race.organizer.api.delete(&of_first).await.status, 204);
    let _ = race.organizer.api.delete(&of_first).await.problem(404);
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
async fn a_runner_sees_the_place_in_line_move_forward() {
    let race = Race::new(json!({"capacity": 1, "held_on": "2199-12-31"})).await;
    let first = race.runner("First", "1").await;
    let (second, third) = (
        Person::new(Who::Runner, "Second").await,
        Person::new(Who::Runner, "Third").await,
    );
    let apply = async |runner: &Person| runner.api.post(&race.path("/players"), &json!({})).await;
    assert_eq!(apply(&second).await.expect(201)["waiting_place"], 1);
    let applied = apply(&third).await;
    let address = applied.headers["location"].to_str().unwrap().replacen("/api", "", 1);
    let applied = applied.expect(201);
    assert_eq!(
        (&applied["status"], &applied["waiting_place"]),
        (&json!("waiting"), &json!(2))
    );

    // The runner and the race's organizer see the same; nobody else sees anything.
    let me = race.path("/players/me");
    assert_eq!(third.api.get(&me).await.expect(200), applied);
    assert_eq!(race.organizer.api.get(&address).await.expect(200), applied);
    let _ = second.api.get(&address).await.problem(403);
    let other = Person::new(Who::Organizer, "Other").await;
    let _ = other.api.get(&address).await.problem(403);
    let _ = other.api.get(&me).await.problem(404);
    assert_eq!(first.api.get(&me).await.expect(200)["waiting_place"], Value::Null);

    assert_eq!(second.api.delete(&me).await.status, 204);
    let of_second = race.path(&format!("/players/{}", second.user_id));
    let _ = second.api.get(&me).await.problem(404);
    let _ = race.organizer.api.get(&of_second).await.problem(404);
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
async fn a_runner_with_a_record_stays() {
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
async fn a_corrected_record_moves_the_points_with_it() {
    let race = Race::new(json!({})).await;
    let runner = race.runner("Runner", "1").await;
    race.enter(&finished("1", "3:00:00")).await;
    eventually(
        "points",
        async || runner.points().await,
        |points| points["total_point"] == 10,
    )
    .await;
    let path = race.path("/official-records/1");
    let correct = async |body: Value| race.organizer.api.put(&path, &body).await;
    let faster = correct(json!({"status": "finished", "net_time": "2:59:59.5"})).await;
    assert_eq!(faster.headers["etag"], "\"2\"");
    let _ = correct(json!({"status": "dsq"})).await.expect(200);
    eventually(
        "no points",
        async || runner.points().await,
        |points| points["total_point"] == 0,
    )
    .await;
    let _ = correct(json!({"status": "finished", "net_time": "2:59:59.5"}))
        .await
        .expect(200);
    let points = eventually(
        "points again",
        async || runner.points().await,
        |points| points["total_point"] == 10,
    )
    .await;
    assert_eq!(
        points["items"].as_array().unwrap().len(),
        3,
        "the corrected time changed nothing: {points}"
    );

    let record = Api::anonymous().get(&path).await;
    assert_eq!(record.headers["etag"], "\"4\"");
    assert_eq!(record.expect(200)["net_time"], "2:59:59.500");
    let of_runner = Api::anonymous()
        .get(&format!("/users/{}/official-records", runner.user_id))
        .await
        .expect(200);
    assert_eq!(of_runner["items"][0]["marathon_title"], race.title);
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
async fn an_organizer_sees_how_far_the_points_of_a_race_have_come() {
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
    let come = async |what: &str, sums: [i64; 4]| {
        let fields = ["records", "record_point", "adjustments", "adjustment_point"];
        let is_so = |points: &Value| fields.map(|field| points[field].as_i64()) == sums.map(Some);
        eventually(what, async || api.get(&path).await.expect(200), is_so).await
    };
    let awarded = come("both awards", [2, 20, 0, 0]).await;
    assert!(awarded["latest_at"].is_string(), "{awarded}");

    // What is taken back is no record with points any more.
    let correction = json!({"status": "dsq"});
    let _ = api
        .put(&race.path("/official-records/2"), &correction)
        .await
        .expect(200);
    come("the revocation", [1, 10, 0, 0]).await;
    // However much an adjustment takes, the record keeps its points.
    let adjustment = json!({"bib": "1", "point": -30, "reason": "코스 이탈"});
    let _ = api.idempotency_key("one").post(&path, &adjustment).await.expect(202);
    let adjusted = come("the adjustment", [1, 10, 1, -30]).await;
    assert!(
        adjusted["latest_at"].as_str() >= awarded["latest_at"].as_str(),
        "{adjusted}"
    );

    // The ledger does not know whose the race is, so every organizer may ask.
    let other = Person::new(Who::Organizer, "Other").await;
    assert_eq!(other.api.get(&path).await.expect(200), adjusted);
    let _ = runner.api.get(&path).await.problem(403);
    let _ = Api::anonymous().get(&path).await.problem(401);
    assert_eq!(api.get("/marathons/1/points").await.rejected_fields(), ["marathon_id"]);
}

#[tokio::test]
async fn a_runner_keeps_runs_for_nobody_else() {
    let runner = Person::new(Who::Runner, "Runner").await;
    let path = "/users/me/non-official-records";
    let run = |title: &str, time: &str| json!({"title": title, "ran_on": "2026-03-01", "distance_m": 10_000, "time": time, "memo": "맞바람"});
    let kept = runner.api.post(path, &run("One", "0:48:25")).await.expect(201);
    let _ = runner.api.post(path, &run("Two", "0:48:24")).await.expect(201);
    let of_run = format!("{path}/{}", kept["record_id"].as_str().unwrap());
    let changed = runner
        .api
        .if_match("\"1\"")
        .put(&of_run, &run("One", "0:48:23.25"))
        .await
        .expect(200);
    assert_eq!(
        (&changed["time"], &changed["revision"]),
        (&json!("0:48:23.250"), &json!(2))
    );
    let _ = runner
        .api
        .if_match("\"1\"")
        .put(&of_run, &run("One", "0:48:22"))
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

    let other = Person::new(Who::Runner, "Other").await;
    let theirs = format!("/users/{}/non-official-records", runner.user_id);
    let _ = other.api.get(&theirs).await.problem(403);
    let _ = other.api.put(&of_run, &run("Mine", "0:40:00")).await.problem(404);
    let _ = runner.api.delete(&of_run).await.expect(204);
    let _ = runner.api.delete(&of_run).await.problem(404);
    let bad = json!({"title": "", "ran_on": "2199-01-01", "distance_m": 0, "time": "48:25", "memo": "x".repeat(501)});
    assert_eq!(
        runner.api.post(path, &bad).await.rejected_fields(),
        ["title", "ran_on", "distance_m", "time", "memo"]
    );
}

#[tokio::test]
async fn an_adjustment_is_done_once_however_often_it_is_sent() {
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
    eventually(
        "both",
        async || runner.points().await,
        |points| points["total_point"] == 2,
    )
    .await;
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
