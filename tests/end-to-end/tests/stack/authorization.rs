//! Authorization: a table of every route and every kind of caller. Each cell is a request.

use contract::openapi;
use end_to_end::{Api, ApiResponse, Role, TestUser, Tokens, finished, race_body};
use futures_util::StreamExt;
use futures_util::future::join;
use serde_json::{Value, json};
use std::rc::Rc;
use std::sync::LazyLock;
use uuid::Uuid;

/// The table, which also explains its rows and cells.
const TABLE: &str = include_str!("../../../authorization.txt");

static CONTRACT: LazyLock<Value> = LazyLock::new(openapi::document);

/// The cells of a row are requested one after the other.
const MAX_CONCURRENT_ROWS: usize = 8;
const BIB: &str = "F3";

/// A column: a user, or a kind of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    NoToken,
    Garbage,
    Expired,
    WrongKey,
    AlgNone,
    Runner,
    AnotherRunner,
    Organizer,
    AnotherOrganizer,
    Owner,
}

const COLUMNS: [(&str, Caller); 10] = [
    ("no token", Caller::NoToken),
    ("garbage", Caller::Garbage),
    ("expired", Caller::Expired),
    ("wrong key", Caller::WrongKey),
    ("alg: none", Caller::AlgNone),
    ("runner", Caller::Runner),
    ("another runner", Caller::AnotherRunner),
    ("organizer", Caller::Organizer),
    ("another organizer", Caller::AnotherOrganizer),
    ("owner", Caller::Owner),
];

/// A route with the expected status for each caller.
struct Row {
    method: &'static str,
    /// As in the template.
    path: String,
    /// Whether the user in the path is `me`.
    is_me: bool,
    cells: Vec<(Caller, &'static str)>,
}

fn rows() -> Vec<Row> {
    let (headings, rows): (Vec<_>, Vec<_>) = TABLE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .partition(|line| line.starts_with(' '));
    let headings: Vec<_> = headings
        .iter()
        .map(|line| line.trim_start_matches([' ', '|']))
        .collect();
    assert_eq!(headings, COLUMNS.map(|(name, _)| name));
    let row = |line: &'static str| {
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(words.len(), 2 + COLUMNS.len(), "{line}");
        Row {
            method: words[0],
            path: words[1].replace("=me}", "}"),
            is_me: words[1].contains("=me}"),
            cells: COLUMNS
                .iter()
                .map(|(_, caller)| *caller)
                .zip(words[2..].iter().copied())
                .collect(),
        }
    };
    rows.into_iter().map(row).collect()
}

#[tokio::test]
async fn every_route_accepts_and_rejects_the_callers_in_the_table() {
    let (users, tokens) = join(TestUsers::new(), Tokens::for_stack()).await;
    let differences: Vec<String> = futures_util::stream::iter(rows())
        .map(|row| differences(row, &users, &tokens))
        .buffered(MAX_CONCURRENT_ROWS)
        .flat_map(futures_util::stream::iter)
        .collect()
        .await;
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

/// The cells of a row whose response differs from the table.
async fn differences(row: Row, users: &TestUsers, tokens: &Tokens) -> Vec<String> {
    let mut differences = Vec::new();
    for &(caller, expected) in &row.cells {
        let response = row.send(caller, users, tokens).await;
        let actual = cell(&response);
        if actual != expected {
            let Row { method, path, .. } = &row;
            differences.push(format!(
                "{method} {path}, {caller:?}: expected {expected}, got {actual}: {}",
                response.json
            ));
        }
    }
    differences
}

/// A response as a cell of the table.
fn cell(response: &ApiResponse) -> String {
    let public_fields = ["name", "total_point", "user_id"];
    match response.status.as_u16() {
        401 if !response.headers.contains_key("www-authenticate") => "401 without WWW-Authenticate".to_owned(),
        200 if response
            .json
            .as_object()
            .is_some_and(|object| object.keys().eq(public_fields)) =>
        {
            "200*".to_owned()
        }
        status => status.to_string(),
    }
}

impl Row {
    fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == path
    }

    /// Creates what the request needs to succeed, and sends it.
    async fn send(&self, caller: Caller, users: &TestUsers, tokens: &Tokens) -> ApiResponse {
        let users = if self.is("DELETE", "/users/{user_id}") {
            &users.with_users_to_delete().await
        } else {
            users
        };
        let token_user = self.token_user(caller, users);
        let user = if token_user.user_id == users.owner.user_id && !self.path.contains("{marathon_id}") {
            &users.owner
        } else {
            &users.runner
        };
        let (path, body) = self.request(users, user).await;
        let token = match caller {
            Caller::NoToken if self.is("GET", "/users/login") => {
                return users
                    .anonymous
                    .get_with_basic(&path, &user.login_id, user.password)
                    .await;
            }
            Caller::NoToken => None,
            Caller::Garbage => Some("garbage".to_owned()),
            Caller::Expired => Some(tokens.expired(&token_user.token)),
            Caller::WrongKey => Some(tokens.with_wrong_key(&token_user.token)),
            Caller::AlgNone => Some(tokens.unsigned(&token_user.token)),
            _ => Some(token_user.token.clone()),
        };
        let mut api = users.anonymous.clone();
        if let Some(token) = token {
            api = api.with_token(&token);
        }
        if self.is("POST", "/marathons/{marathon_id}/points") {
            api = api.idempotency_key(&Uuid::now_v7().to_string());
        }
        match self.method {
            "GET" => api.get(&path).await,
            "DELETE" => api.delete(&path).await,
            "POST" => api.post(&path, &body).await,
            "PUT" => api.put(&path, &body).await,
            method => panic!("{method}"),
        }
    }

    /// The user of the token.
    fn token_user<'a>(&self, caller: Caller, users: &'a TestUsers) -> &'a TestUser {
        let mut cells = self.cells.iter();
        let open_to_owner = cells.any(|(caller, status)| *caller == Caller::Owner && status.starts_with('2'));
        match caller {
            Caller::Runner => &users.runner,
            Caller::AnotherRunner => &users.another_runner,
            Caller::Organizer => &users.organizer,
            Caller::AnotherOrganizer => &users.another_organizer,
            Caller::Owner => &users.owner,
            _ if open_to_owner => &users.owner,
            _ => &users.runner,
        }
    }

    /// The path and body of a request for `user`, with a new race, player and records.
    async fn request(&self, users: &TestUsers, user: &TestUser) -> (String, Value) {
        let body = match (self.method, self.path.as_str()) {
            ("POST", "/users") => json!({
                "login_id": format!("a-{}", Uuid::now_v7().simple()), "password": user.password, "name": "Runner",
                "phone": "010-1234-5678", "user_type": 0,
            }),
            ("POST", "/users/login") => user.credentials(),
            ("POST", "/users/refresh" | "/users/logout") => {
                json!({"refresh_token": user.log_in().await["refresh_token"]})
            }
            _ => openapi::example_body(&CONTRACT, self.method, &self.path),
        };

        let me = self.is_me.then(|| "me".to_owned());
        let user_id = me.unwrap_or_else(|| user.user_id.to_string());
        let mut path = self.path.replace("{user_id}", &user_id);
        if path.contains("{marathon_id}") {
            path = path
                .replace("{marathon_id}", &self.race(users).await)
                .replace("{bib}", BIB);
        }
        if path.contains("{record_id}") {
            let records = "/users/me/non-official-records";
            let created = users.runner.api.post(records, &non_official_record()).await.expect(201);
            path = path.replace("{record_id}", created["record_id"].as_str().unwrap());
        }
        (path, body)
    }

    /// A new race of the owner with the runner as a player, and with a record if the route is about one.
    async fn race(&self, users: &TestUsers) -> String {
        let race = users.owner.api.post("/marathons", &race()).await.expect(201);
        let marathon_id = race["marathon_id"].as_str().unwrap();
        let path = |below: &str| format!("/marathons/{marathon_id}/{below}");
        // The runner cannot apply twice, and a race with players cannot be deleted.
        let is_empty =
            self.is("POST", "/marathons/{marathon_id}/players") || self.is("DELETE", "/marathons/{marathon_id}");
        if !is_empty {
            let application = json!({"bib": BIB});
            let _ = users.runner.api.post(&path("players"), &application).await.expect(201);
        }
        if self.path.contains("{bib}") {
            let record = finished(BIB, "3:25:10");
            let _ = users
                .owner
                .api
                .post(&path("official-records"), &record)
                .await
                .expect(201);
        }
        marathon_id.to_owned()
    }
}

fn race() -> Value {
    race_body("Authorization", json!({}))
}

fn non_official_record() -> Value {
    json!({"title": "Han River", "ran_on": "2020-03-15", "distance_m": 10_000, "time": "0:48:25"})
}

/// The users of the table.
#[derive(Clone)]
struct TestUsers {
    anonymous: Api,
    runner: Rc<TestUser>,
    another_runner: Rc<TestUser>,
    organizer: Rc<TestUser>,
    another_organizer: Rc<TestUser>,
    owner: Rc<TestUser>,
}

impl TestUsers {
    async fn new() -> Self {
        let person = async |role, name| Rc::new(TestUser::new(role, name).await);
        let (runner, another_runner, organizer, another_organizer, owner) = tokio::join!(
            person(Role::Runner, "Runner"),
            person(Role::Runner, "Another runner"),
            person(Role::Organizer, "Organizer"),
            person(Role::Organizer, "Another organizer"),
            person(Role::Organizer, "Owner"),
        );
        let users = Self {
            anonymous: Api::anonymous(),
            runner,
            another_runner,
            organizer,
            another_organizer,
            owner,
        };
        let _ = users
            .another_organizer
            .api
            .post("/marathons", &race())
            .await
            .expect(201);
        users
    }

    /// With a new runner and a new owner, whose accounts can be deleted.
    async fn with_users_to_delete(&self) -> Self {
        let (runner, owner) = join(
            TestUser::new(Role::Runner, "Runner"),
            TestUser::new(Role::Organizer, "Owner"),
        )
        .await;
        Self {
            runner: Rc::new(runner),
            owner: Rc::new(owner),
            ..self.clone()
        }
    }
}
