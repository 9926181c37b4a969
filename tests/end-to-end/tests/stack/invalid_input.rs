//! Invalid input: the response names the fields, and nothing is stored.

use end_to_end::{Api, Race, Role, TestUser, finished};
use serde_json::json;

#[tokio::test]
async fn names_every_invalid_field_of_a_sign_up() {
    let api = Api::anonymous();
    let bad = json!({
        "login_id": "x", "password": "short", "name": "", "phone": "none", "user_type": 7, "gender": "?",
        "birth_date": "2026-02-30",
    });
    let fields = [
        "login_id",
        "password",
        "name",
        "phone",
        "user_type",
        "gender",
        "birth_date",
    ];
    assert_eq!(api.post("/users", &bad).await.rejected_fields(), fields);
    assert_eq!(api.post("/users", &json!({})).await.rejected_fields(), fields[..5]);
    assert_eq!(
        api.post("/users", &json!({"admin": true})).await.rejected_fields(),
        ["admin"]
    );
    assert_eq!(
        api.post("/users", &json!({"user_type": "1"})).await.rejected_fields(),
        ["user_type"]
    );
}

#[tokio::test]
async fn rejects_bodies_that_are_not_json_objects() {
    let organizer = TestUser::new(Role::Organizer, "Organizer").await;
    for path in ["/users", "/users/login", "/marathons"] {
        for body in ["", "{", "[]", "null", "\u{0}", "{\"title\": \"\u{1}\"}"] {
            let _ = organizer.api.post_text(path, body).await.problem(400);
        }
    }
}

#[tokio::test]
async fn names_every_invalid_field_of_a_race() {
    let organizer = TestUser::new(Role::Organizer, "Organizer").await;
    let bad = json!({
        "title": "\u{0000}", "held_on": "tomorrow", "location": "", "point": -1, "starts_at": "08:00", "distance_m": 0,
        "capacity": 0, "apply_until": "2026-03-15", "ranked_by": "chip",
    });
    let named = organizer.api.post("/marathons", &bad).await.rejected_fields();
    assert_eq!(
        named,
        [
            "title",
            "held_on",
            "location",
            "point",
            "starts_at",
            "distance_m",
            "capacity",
            "apply_until",
            "ranked_by"
        ]
    );
}

#[tokio::test]
async fn rejects_a_record_without_a_player() {
    let race = Race::new(json!({})).await;
    let outsider = TestUser::new(Role::Runner, "Outsider").await;
    let records = race.path("/official-records");
    let api = &race.organizer.api;
    let problem = api.post(&records, &finished("404", "3:00:00")).await.problem(404);
    assert!(problem["detail"].as_str().unwrap().contains("bib 404"), "{problem}");
    let problem = api
        .post(&records, &json!({"user_id": outsider.user_id, "status": "dns"}))
        .await
        .problem(404);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains(&format!("user_id {}", outsider.user_id)),
        "{problem}"
    );
    assert_eq!(api.get(&records).await.expect(200)["items"], json!([]));
    let _ = api.delete(&race.path("/official-records/404")).await.problem(404);
}

#[tokio::test]
async fn rejects_a_second_record_of_a_bib() {
    let race = Race::new(json!({})).await;
    let _ = race.runner("Runner", "7").await;
    race.enter(&finished("7", "3:00:00")).await;
    let problem = race
        .organizer
        .api
        .post(&race.path("/official-records"), &finished("7", "2:00:00"))
        .await
        .problem(409);
    assert_eq!(problem["type"], "/problems/record-exists");
    assert!(problem["detail"].as_str().unwrap().contains('7'));
    let records = race
        .organizer
        .api
        .get(&race.path("/official-records"))
        .await
        .expect(200);
    assert_eq!(records["items"][0]["net_time"], "3:00:00");
}

#[tokio::test]
async fn names_every_invalid_field_of_a_record() {
    let race = Race::new(json!({})).await;
    let rejected = async |record| {
        race.organizer
            .api
            .post(&race.path("/official-records"), &record)
            .await
            .rejected_fields()
    };
    assert_eq!(rejected(json!({"bib": "1", "status": "finished"})).await, ["net_time"]);
    assert_eq!(
        rejected(json!({"bib": "1", "status": "finished", "net_time": "3h"})).await,
        ["net_time"]
    );
    assert_eq!(
        rejected(json!({"bib": "1", "status": "dns", "net_time": "3:00:00"})).await,
        ["net_time"]
    );
    assert_eq!(rejected(json!({"status": "winner"})).await, ["bib", "status"]);
    let mut bad_split = finished("1", "3:00:00");
    bad_split["splits"] = json!([{"distance_m": 5000, "time": "x"}]);
    assert_eq!(rejected(bad_split).await, ["splits[0].time"]);
}

#[tokio::test]
async fn rejects_second_applications_and_taken_bibs() {
    let race = Race::new(json!({"capacity": 2})).await;
    let runner = race.runner("One", "1").await;
    let apply = async |runner: &TestUser, bib: &str| {
        runner
            .api
            .post(&race.path("/players"), &json!({"bib": bib}))
            .await
            .problem(409)
    };
    assert_eq!(apply(&runner, "2").await["type"], "/problems/already-applied");
    let another = TestUser::new(Role::Runner, "Another").await;
    let problem = apply(&another, "1").await;
    assert_eq!(problem["type"], "/problems/bib-taken");
    assert!(problem["detail"].as_str().unwrap().contains("Bib 1"));
    let _ = race.runner("Two", "2").await;
    let waiting = another
        .api
        .post(&race.path("/players"), &json!({"bib": "3"}))
        .await
        .expect(201);
    assert_eq!((&waiting["status"], &waiting["bib"]), (&json!("waiting"), &json!(null)));
    assert_eq!(
        race.organizer.api.get(&race.path("")).await.expect(200)["player_count"],
        2
    );
}

#[tokio::test]
async fn closes_applications_after_race_day_and_results_before() {
    let past = Race::new(json!({"held_on": "2020-02-29"})).await;
    let runner = TestUser::new(Role::Runner, "Late").await;
    let problem = runner.api.post(&past.path("/players"), &json!({})).await.problem(409);
    assert_eq!(problem["type"], "/problems/closed");

    let upcoming = Race::new(json!({"held_on": "2199-12-31"})).await;
    let _ = upcoming.runner("Early", "1").await;
    let records = upcoming.path("/official-records");
    let problem = upcoming
        .organizer
        .api
        .post(&records, &finished("1", "3:00:00"))
        .await
        .problem(409);
    assert_eq!(problem["type"], "/problems/not-started");
}

#[tokio::test]
async fn responds_404_to_unknown_ids_and_422_to_invalid_ids() {
    let api = Api::anonymous();
    let missing = "/marathons/0199a4b2-7c00-7000-8000-00000000dead";
    let _ = api.get(missing).await.problem(404);
    let _ = api.get(&format!("{missing}/official-records")).await.problem(404);
    let _ = api.get("/users/9007199254740991").await.problem(404);
    let _ = api.get("/users/9007199254740991/points").await.problem(404);
    assert_eq!(api.get("/marathons/seoul").await.rejected_fields(), ["marathon_id"]);
    assert_eq!(api.get("/users/-1").await.rejected_fields(), ["user_id"]);
    let runner = TestUser::new(Role::Runner, "Runner").await;
    let _ = runner
        .api
        .post(&format!("{missing}/players"), &json!({}))
        .await
        .problem(404);
}

#[tokio::test]
async fn names_every_invalid_query_parameter() {
    let race = Race::new(json!({})).await;
    let api = Api::anonymous();
    assert_eq!(api.get("/points?limit=0").await.rejected_fields(), ["limit"]);
    assert_eq!(api.get("/points?cursor=abc").await.rejected_fields(), ["cursor"]);
    assert_eq!(api.get("/points?form=2026-01-01").await.rejected_fields(), ["form"]);
    assert_eq!(
        api.get("/marathons?from=2026-13-01&to=x").await.rejected_fields(),
        ["from", "to"]
    );
    assert_eq!(
        api.get("/marathons?from=2026-03-01&to=2026-02-01")
            .await
            .rejected_fields(),
        ["to"]
    );
    assert_eq!(
        api.get(&race.path("/official-records?gender=Q&division=F33"))
            .await
            .rejected_fields(),
        ["gender", "division"]
    );
}
