//! The distribution: the site, and the API below `/api`, as browsers meet them.

use end_to_end::{Api, Page, Person, Race, Who};
use serde_json::{Value, json};

/// What every answer of the distribution carries.
const FOR_ALL: [(&str, &str); 3] = [
    ("strict-transport-security", "max-age=63072000"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

#[track_caller]
fn assert_headers(page: &Page, expected: &[(&str, &str)]) {
    for (name, value) in FOR_ALL.iter().chain(expected) {
        assert_eq!(page.header(name), *value, "{name} of {}", page.path);
    }
}

#[tokio::test]
async fn the_site_has_its_page_under_every_path_and_runs_only_its_own_scripts() {
    let home = Page::get("/").await;
    assert_eq!(home.status, 200);
    assert!(home.body.contains("<title>mrmrthon</title>"), "{}", home.body);
    let expected = [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-cache"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    assert_headers(&home, &expected);
    assert!(home.header("permissions-policy").contains("geolocation=()"));
    let policy = home.header("content-security-policy");
    assert!(policy.starts_with("default-src 'self'; "), "{policy}");
    assert!(
        policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );

    for path in [
        "/marathons",
        "/marathons/0198c0de-0000-7000-8000-000000000000/official-records/F3?q=1.5",
    ] {
        let page = Page::get(path).await;
        assert_eq!((page.status, &page.body), (200, &home.body), "{path}");
        assert_headers(&page, &expected);
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_no_page() {
    for path in ["/assets/index-0123456789.js", "/favicon.ico", "/docs/openapi.yaml"] {
        let page = Page::get(path).await;
        // 404 on AWS; the local cloud does not know that whoever may list a bucket is told so.
        assert!([403, 404].contains(&page.status), "{path}: {}", page.status);
        assert!(!page.body.contains("<title>mrmrthon"), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn the_documentation_describes_the_api_of_the_same_host() {
    let docs = Page::get("/docs/").await;
    assert_eq!(docs.status, 200);
    assert_headers(
        &docs,
        &[("cache-control", "no-cache"), ("referrer-policy", "no-referrer")],
    );
    // The page's own policy has the hashes of its scripts; that of the answer adds what a page cannot say.
    assert_eq!(
        docs.header("content-security-policy"),
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    assert!(docs.body.contains("script-src 'sha256-"));
    assert_eq!(Page::get("/docs").await.path, "/docs/");

    let description: Value = serde_json::from_str(&Page::get("/docs/openapi.json").await.body).unwrap();
    assert_eq!(description["servers"][0]["url"], "/api");
}

#[tokio::test]
async fn answers_of_the_api_pass_as_they_are() {
    let api = Api::of_the_site();
    let list = api.get("/marathons?limit=1").await;
    assert_eq!(list.headers["cache-control"], "public, max-age=5");
    for (name, value) in FOR_ALL {
        assert_eq!(list.headers[name], value);
    }
    assert_eq!(
        list.headers["content-security-policy"],
        "default-src 'none'; frame-ancestors 'none'"
    );
    assert!(list.expect(200)["items"].as_array().unwrap().len() <= 1);

    let nowhere = "/marathons/00000000-0000-7000-8000-000000000000";
    let problem = api.in_korean().get(nowhere).await;
    assert_eq!(problem.headers["content-language"], "ko");
    let _ = problem.problem(404);
    let unknown = api.get("/marathons?colour=red").await;
    assert_eq!(unknown.headers["cache-control"], "no-store");
    let _ = unknown.problem(422);
    let stranger = api.get("/users/me").await;
    assert!(stranger.headers.contains_key("www-authenticate"));
    let _ = stranger.problem(401);
}

#[tokio::test]
async fn what_a_client_says_reaches_the_api() {
    let organizer = Person::new(Who::Organizer, "Organizer").await;
    let api = Api::of_the_site();
    let login = json!({"login_id": organizer.login_id, "password": organizer.password});
    let token = api.post("/users/login", &login).await.expect(200)["token"].clone();
    let basic = api
        .get_with_basic("/users/login", &organizer.login_id, organizer.password)
        .await;
    assert_eq!(basic.expect(200)["user"]["user_id"], organizer.user_id);

    let api = api.with_token(token.as_str().unwrap());
    assert_eq!(api.get("/users/me").await.expect(200)["login_id"], organizer.login_id);

    let race = Race::new(json!({})).await;
    let _ = race.runner("Runner", "1").await;
    let organizer = Api::of_the_site().with_token(&race.organizer.token);
    let seen = organizer.get(&race.path("")).await;
    let etag = seen.headers["etag"].to_str().unwrap().to_owned();
    let mut body = json!({"held_on": seen.json["held_on"], "location": "Seoul", "point": 10, "title": "One"});
    let _ = organizer.if_match(&etag).put(&race.path(""), &body).await.expect(200);
    body["title"] = json!("Two");
    let _ = organizer.if_match(&etag).put(&race.path(""), &body).await.problem(412);

    let adjustment = json!({"bib": "1", "point": 1, "reason": "volunteer"});
    let with_key = organizer.idempotency_key("once");
    let first = with_key.post(&race.path("/points"), &adjustment).await.expect(202);
    let second = with_key.post(&race.path("/points"), &adjustment).await.expect(202);
    assert_eq!(first, second);
}
