//! Lists: order, places and pagination.

use end_to_end::{Api, Race, Role, TestUser, finished};
use serde_json::{Value, json};

#[tokio::test]
async fn sorts_results_with_places_across_pages() {
    let race = Race::new(json!({})).await;
    for (name, bib) in [
        ("Anna", "1"),
        ("Bora", "2"),
        ("Cho", "12"),
        ("Dai", "F4"),
        ("안나", "5"),
    ] {
        let _ = race.runner(name, bib).await;
    }
    race.enter(&json!({"bib": "1", "status": "dnf"})).await;
    race.enter(&finished("2", "3:00:00")).await;
    race.enter(&finished("12", "2:59:59.999")).await;
    race.enter(&finished("F4", "3:00:00")).await;
    race.enter(&finished("5", "10:00:00")).await;

    let api = Api::anonymous();
    let rows = |items: &[Value]| {
        items
            .iter()
            .map(|item| (item["place"].as_u64(), item["bib"].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    let row = |place, bib: &str| (place, bib.to_owned());
    let expected = [
        row(Some(1), "12"),
        row(Some(2), "2"),
        row(Some(2), "F4"),
        row(Some(4), "5"),
        row(None, "1"),
    ];
    for filter in ["", "?gender=F", "?gender=F&division=F35-39"] {
        let items = api
            .all_pages(&race.path(&format!("/official-records{filter}")), 2)
            .await;
        assert_eq!(rows(&items), expected, "{filter:?}");
    }
    let found = async |filter: &str| {
        let path = race.path(&format!("/official-records?{filter}"));
        rows(&api.all_pages(&path, 2).await)
    };
    assert_eq!(found("gender=M").await, []);
    assert_eq!(found("q=1").await, [row(None, "1"), row(None, "12")]);
    assert_eq!(found("q=f4").await, [row(None, "F4")]);
    assert_eq!(found("q=BO").await, [row(None, "2")]);
    assert_eq!(found("q=%EC%95%88").await, [row(None, "5")]);
    assert_eq!(found("q=1&gender=M").await, []);
}

#[tokio::test]
async fn rejects_cursors_that_are_forged_or_of_another_list() {
    let race = Race::new(json!({})).await;
    for bib in ["1", "2", "3"] {
        let _ = race.runner("Runner", bib).await;
        race.enter(&finished(bib, "3:00:00")).await;
    }
    let api = Api::anonymous();
    let page = api.get(&race.path("/official-records?limit=1")).await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let other_list = race.path(&format!("/official-records?gender=F&cursor={cursor}"));
    assert_eq!(api.get(&other_list).await.rejected_fields(), ["cursor"]);
    let forged = format!("{}A", &cursor[..cursor.len() - 1]);
    if forged != cursor {
        let forged = race.path(&format!("/official-records?cursor={forged}"));
        assert_eq!(api.get(&forged).await.rejected_fields(), ["cursor"]);
    }
}

#[tokio::test]
async fn lists_players_for_the_organizer() {
    let race = Race::new(json!({})).await;
    for bib in ["3", "1", "2"] {
        let _ = race.runner(&format!("Runner {bib}"), bib).await;
    }
    let players = race.organizer.api.all_pages(&race.path("/players"), 2).await;
    let bibs: Vec<_> = players.iter().map(|player| player["bib"].as_str().unwrap()).collect();
    assert_eq!(bibs, ["1", "2", "3"]);
    assert_eq!(players[0]["name"], "Runner 1");
    assert!(players[0]["division"].as_str().unwrap().starts_with("F3"));
    assert!(players[0].get("birth_date").is_none(), "birth dates are private");
    let _ = Api::anonymous().get(&race.path("/players")).await.problem(401);
}

#[tokio::test]
async fn lists_the_waitlist_with_places_across_pages() {
    let race = Race::new(json!({"capacity": 1, "held_on": "2199-12-31"})).await;
    for bib in ["1", "2", "3", "4"] {
        let _ = race.runner(&format!("Runner {bib}"), bib).await;
    }
    let waitlist = race
        .organizer
        .api
        .all_pages(&race.path("/players?status=waiting"), 2)
        .await;
    let places: Vec<_> = waitlist
        .iter()
        .map(|runner| (runner["waiting_place"].as_u64(), runner["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        places,
        [(Some(1), "Runner 2"), (Some(2), "Runner 3"), (Some(3), "Runner 4")]
    );
}

#[tokio::test]
async fn sorts_the_calendar_by_day_across_years() {
    // No other test uses these days.
    let mut expected = Vec::new();
    for day in ["2101-12-30", "2101-12-31", "2102-01-01", "2103-06-01"] {
        let race = Race::new(json!({"held_on": day, "point": 0})).await;
        expected.push(race.marathon_id);
    }
    let races = Api::anonymous()
        .all_pages("/marathons?from=2101-12-30&to=2103-06-01", 2)
        .await;
    let ids: Vec<_> = races.iter().map(|race| race["marathon_id"].as_str().unwrap()).collect();
    assert_eq!(ids, expected);
    let fewer = Api::anonymous()
        .all_pages("/marathons?from=2101-12-31&to=2103-05-31", 2)
        .await;
    assert_eq!(fewer.len(), 2);
}

#[tokio::test]
async fn sorts_an_organizers_races_by_latest_day() {
    let organizer = TestUser::new(Role::Organizer, "Organizer").await;
    let race = |day: &str| json!({"title": day, "held_on": day, "location": "Seoul", "point": 10});
    let mut ids = Vec::new();
    for day in ["2110-05-01", "2112-01-01", "2109-12-31", "2110-05-02", "2111-03-15"] {
        let race = organizer.api.post("/marathons", &race(day)).await.expect(201);
        ids.push(race["marathon_id"].as_str().unwrap().to_owned());
    }
    let anonymous = Api::anonymous();
    let path = format!("/users/{}/marathons", organizer.user_id);
    let days = async || -> Vec<String> {
        let races = anonymous.all_pages(&path, 2).await;
        races
            .iter()
            .map(|race| race["held_on"].as_str().unwrap().to_owned())
            .collect()
    };
    let expected = ["2112-01-01", "2111-03-15", "2110-05-02", "2110-05-01", "2109-12-31"];
    assert_eq!(days().await, expected);

    // The position follows the race day, and the player count is current.
    let runner = TestUser::new(Role::Runner, "Runner").await;
    let first = format!("/marathons/{}", ids[0]);
    let players = format!("{first}/players");
    let _ = runner.api.post(&players, &json!({})).await.expect(201);
    let _ = organizer.api.put(&first, &race("2113-05-01")).await.expect(200);
    assert_eq!(
        days().await,
        ["2113-05-01", "2112-01-01", "2111-03-15", "2110-05-02", "2109-12-31"]
    );
    let public = anonymous.get(&path).await;
    assert_eq!(public.headers["cache-control"], "public, max-age=5");
    let public = public.expect(200);
    assert_eq!(public["items"][0], anonymous.get(&first).await.expect(200));
    assert_eq!(public["items"][0]["player_count"], 1);

    let own = organizer.api.get("/users/me/marathons").await;
    assert_eq!(own.headers["cache-control"], "no-store");
    assert_eq!(own.expect(200), public);
    let _ = organizer
        .api
        .delete(&format!("/marathons/{}", ids[1]))
        .await
        .expect(204);
    assert_eq!(days().await.len(), 4);
    let none = runner.api.get("/users/me/marathons").await.expect(200);
    assert_eq!(none, json!({"items": [], "next_cursor": null}));
    let filtered = anonymous.get(&format!("{path}?from=2110-01-01")).await;
    assert_eq!(filtered.rejected_fields(), ["from"]);
}

#[tokio::test]
async fn sorts_the_ranking_by_points() {
    let api = Api::anonymous();
    let first = api.get("/points?limit=500").await.expect(200);
    let items = first["items"].as_array().unwrap();
    let totals: Vec<_> = items.iter().map(|item| item["total_point"].as_i64().unwrap()).collect();
    assert!(totals.is_sorted_by(|a, b| a >= b), "{totals:?}");
    if let Some(item) = items.first() {
        assert_eq!(item["place"], 1);
        assert_eq!(
            item.as_object().unwrap().len(),
            4,
            "only user_id, name, total_point and place are public: {item}"
        );
    }
}

#[tokio::test]
async fn compresses_long_responses() {
    let race = Race::new(json!({})).await;
    for bib in ["1", "2", "3", "4", "5"] {
        let _ = race.runner("Runner", bib).await;
        race.enter(&finished(bib, "3:00:00")).await;
    }
    let path = race.path("/official-records");
    let plain = Api::anonymous().get(&path).await.expect(200);
    let (encoding, body) = Api::anonymous().get_compressed(&path).await;
    assert_eq!(encoding, "gzip");
    assert!(body.len() < plain.to_string().len() / 2);
    let decoded: Value = serde_json::from_reader(flate2::read::GzDecoder::new(body.as_slice())).unwrap();
    assert_eq!(decoded, plain);
}
