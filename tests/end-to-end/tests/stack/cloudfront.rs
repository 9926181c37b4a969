//! The site and the API through CloudFront.

use end_to_end::{Api, Page, Race, Role, TestUser, race_body};
use serde_json::{Value, json};

/// Headers of every response.
const COMMON_HEADERS: [(&str, &str); 3] = [
    ("strict-transport-security", "max-age=63072000"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

#[track_caller]
fn assert_headers(page: &Page, expected: &[(&str, &str)]) {
    for (name, value) in COMMON_HEADERS.iter().chain(expected) {
        assert_eq!(page.header(name), *value, "{name} of {}", page.path);
    }
}

#[tokio::test]
async fn serves_the_page_at_every_path_with_security_headers() {
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
async fn does_not_serve_the_page_for_a_missing_file() {
    for path in ["/assets/index-0123456789.js", "/favicon.ico", "/docs/openapi.yaml"] {
        let page = Page::get(path).await;
        // 404 on AWS, 403 in the local cloud, which does not check for s3:ListBucket.
        assert!([403, 404].contains(&page.status), "{path}: {}", page.status);
        assert!(!page.body.contains("<title>mrmrthon"), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn serves_the_api_documentation() {
    let docs = Page::get("/docs/").await;
    assert_eq!(docs.status, 200);
    assert_headers(
        &docs,
        &[("cache-control", "no-cache"), ("referrer-policy", "no-referrer")],
    );
    // The policy in the page has the hashes of its scripts; the header adds directives that a page cannot set.
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
async fn passes_api_responses_through() {
    let api = Api::through_cloudfront();
    let list = api.get("/marathons?limit=1").await;
    assert_eq!(list.headers["cache-control"], "public, max-age=5");
    for (name, value) in COMMON_HEADERS {
        assert_eq!(list.headers[name], value);
    }
    assert_eq!(
        list.headers["content-security-policy"],
        "default-src 'none'; frame-ancestors 'none'"
    );
    assert!(list.expect(200)["items"].as_array().unwrap().len() <= 1);

    let missing = "/marathons/00000000-0000-7000-8000-000000000000";
    let problem = api.in_korean().get(missing).await;
    assert_eq!(problem.headers["content-language"], "ko");
    let _ = problem.problem(404);
    let unknown = api.get("/marathons?colour=red").await;
    assert_eq!(unknown.headers["cache-control"], "no-store");
    let _ = unknown.problem(422);
    let unauthorized = api.get("/users/me").await;
    assert!(unauthorized.headers.contains_key("www-authenticate"));
    let _ = unauthorized.problem(401);
}

#[tokio::test]
async fn passes_request_bodies_and_headers_through() {
    let organizer = TestUser::new(Role::Organizer, "Organizer").await;
    let api = Api::through_cloudfront();
    let token = api.post("/users/login", &organizer.credentials()).await.expect(200)["token"].clone();
    let basic = api
        .get_with_basic("/users/login", &organizer.login_id, organizer.password)
        .await;
    assert_eq!(basic.expect(200)["user"]["user_id"], organizer.user_id);

    let api = api.with_token(token.as_str().unwrap());
    assert_eq!(api.get("/users/me").await.expect(200)["login_id"], organizer.login_id);

    let race = Race::new(json!({})).await;
    let _ = race.runner("Runner", "1").await;
    let organizer = Api::through_cloudfront().with_token(&race.organizer.token);
    let before = organizer.get(&race.path("")).await;
    let etag = before.headers["etag"].to_str().unwrap().to_owned();
    let put = async |title: &str| {
        let body = race_body(title, json!({"held_on": before.json["held_on"]}));
        organizer.if_match(&etag).put(&race.path(""), &body).await
    };
    let _ = put("One").await.expect(200);
    let _ = put("Two").await.problem(412);

    let adjustment = json!({"bib": "1", "point": 1, "reason": "volunteer"});
    let with_key = organizer.idempotency_key("once");
    let first = with_key.post(&race.path("/points"), &adjustment).await.expect(202);
    let second = with_key.post(&race.path("/points"), &adjustment).await.expect(202);
    assert_eq!(first, second);
}
