//! Lists: their order, their places and their pages.

use end_to_end::{Api, Person, Race, Who, finished};
use serde_json::{Value, json};

/// All items of a list, read two at a time.
async fn all_pages(api: &Api, path: &str) -> Vec<Value> {
    let separator = if path.contains('?') { '&' } else { '?' };
    let (mut items, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let cursor_part = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page = api
            .get(&format!("{path}{separator}limit=2{cursor_part}"))
            .await
            .expect(200);
        items.extend(page["items"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return items,
        }
    }
}

#[tokio::test]
async fn results_are_in_order_with_places_over_all_pages() {
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
        let items = all_pages(&api, &race.path(&format!("/official-records{filter}"))).await;
        assert_eq!(rows(&items), expected, "{filter:?}");
    }
    let found = async |filter: &str| rows(&all_pages(&api, &race.path(&format!("/official-records?{filter}"))).await);
    assert_eq!(found("gender=M").await, []);
    assert_eq!(found("q=1").await, [row(None, "1"), row(None, "12")]);
    assert_eq!(found("q=f4").await, [row(None, "F4")]);
    assert_eq!(found("q=BO").await, [row(None, "2")]);
    assert_eq!(found("q=%EC%95%88").await, [row(None, "5")]);
    assert_eq!(found("q=1&gender=M").await, []);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let race = Race::new(json!({})).await;
    for bib in ["1", "2", "3"] {
        let _ = race.runner("Runner", bib).await;
        race.enter(&finished(bib, "3:00:00")).await;
    }
    let api = Api::anonymous();
    let page = api.get(&race.path("/official-records?limit=1")).await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let elsewhere = race.path(&format!("/official-records?gender=F&cursor={cursor}"));
    assert_eq!(api.get(&elsewhere).await.rejected_fields(), ["cursor"]);
    let forged = format!("{}A", &cursor[..cursor.len() - 1]);
    if forged != cursor {
        let forged = race.path(&format!("/official-records?cursor={forged}"));
        assert_eq!(api.get(&forged).await.rejected_fields(), ["cursor"]);
    }
}

#[tokio::test]
async fn the_organizer_sees_who_takes_part() {
    let race = Race::new(json!({})).await;
    for bib in ["3", "1", "2"] {
        let _ = race.runner(&format!("Runner {bib}"), bib).await;
    }
    let players = all_pages(&race.organizer.api, &race.path("/players")).await;
    let bibs: Vec<_> = players.iter().map(|player| player["bib"].as_str().unwrap()).collect();
    assert_eq!(bibs, ["1", "2", "3"]);
    assert_eq!(players[0]["name"], "Runner 1");
    assert!(players[0]["division"].as_str().unwrap().starts_with("F3"));
    assert!(players[0].get("birth_date").is_none(), "personal data stays inside");
    let _ = Api::anonymous().get(&race.path("/players")).await.problem(401);
}

#[tokio::test]
async fn the_line_has_places_over_all_pages() {
    let race = Race::new(json!({"capacity": 1, "held_on": "2199-12-31"})).await;
    for bib in ["1", "2", "3", "4"] {
        let _ = race.runner(&format!("Runner {bib}"), bib).await;
    }
    let line = all_pages(&race.organizer.api, &race.path("/players?status=waiting")).await;
    let places: Vec<_> = line
        .iter()
        .map(|runner| (runner["waiting_place"].as_u64(), runner["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        places,
        [(Some(1), "Runner 2"), (Some(2), "Runner 3"), (Some(3), "Runner 4")]
    );
}

#[tokio::test]
async fn the_calendar_is_in_the_order_of_days_across_years() {
    // Days that no other test uses.
    let mut expected = Vec::new();
    for day in ["2101-12-30", "2101-12-31", "2102-01-01", "2103-06-01"] {
        let race = Race::new(json!({"held_on": day, "point": 0})).await;
        expected.push(race.marathon_id);
    }
    let races = all_pages(&Api::anonymous(), "/marathons?from=2101-12-30&to=2103-06-01").await;
    let ids: Vec<_> = races.iter().map(|race| race["marathon_id"].as_str().unwrap()).collect();
    assert_eq!(ids, expected);
    let fewer = all_pages(&Api::anonymous(), "/marathons?from=2101-12-31&to=2103-05-31").await;
    assert_eq!(fewer.len(), 2);
}

#[tokio::test]
async fn the_races_of_an_organizer_are_the_latest_day_first() {
    let organizer = Person::new(Who::Organizer, "Organizer").await;
    let race = |day: &str| json!({"title": day, "held_on": day, "location": "Seoul", "point": 10});
    let mut ids = Vec::new();
    for day in ["2110-05-01", "2112-01-01", "2109-12-31", "2110-05-02", "2111-03-15"] {
        let race = organizer.api.post("/marathons", &race(day)).await.expect(201);
        ids.push(race["marathon_id"].as_str().unwrap().to_owned());
    }
    let anonymous = Api::anonymous();
    let path = format!("/users/{}/marathons", organizer.user_id);
    let days = async || -> Vec<String> {
        let races = all_pages(&anonymous, &path).await;
        races
            .iter()
            .map(|race| race["held_on"].as_str().unwrap().to_owned())
            .collect()
    };
    let expected = ["2112-01-01", "2111-03-15", "2110-05-02", "2110-05-01", "2109-12-31"];
    assert_eq!(days().await, expected);

    // A race moves with its day, and shows who takes part in it by now.
    let runner = Person::new(Who::Runner, "Runner").await;
    let of_first = format!("/marathons/{}", ids[0]);
    let players = format!("{of_first}/players");
    let _ = runner.api.post(&players, &json!({})).await.expect(201);
    let _ = organizer.api.put(&of_first, &race("2113-05-01")).await.expect(200);
    assert_eq!(
        days().await,
        ["2113-05-01", "2112-01-01", "2111-03-15", "2110-05-02", "2109-12-31"]
    );
    let shown = anonymous.get(&path).await;
    assert_eq!(shown.headers["cache-control"], "public, max-age=5");
    let shown = shown.expect(200);
    assert_eq!(shown["items"][0], anonymous.get(&of_first).await.expect(200));
    assert_eq!(shown["items"][0]["player_count"], 1);

    let own = organizer.api.get("/users/me/marathons").await;
    assert_eq!(own.headers["cache-control"], "no-store");
    assert_eq!(own.expect(200), shown);
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
async fn the_ranking_has_places_and_pages() {
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
            "nothing but user_id, name, total_point and place: {item}"
        );
    }
}

#[tokio::test]
async fn a_long_answer_travels_compressed() {
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
    let unpacked: Value = serde_json::from_reader(flate2::read::GzDecoder::new(body.as_slice())).unwrap();
    assert_eq!(unpacked, plain);
}
