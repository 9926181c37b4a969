//! Who may do what: one table of every route and every way to ask, each cell one real request.

use super::template;
use end_to_end::{Answer, Api, Person, Tokens, Who, finished};
use futures_util::StreamExt;
use futures_util::future::join;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::rc::Rc;
use time::OffsetDateTime;
use uuid::Uuid;

/// The status of the answer to a request that nothing but authorization can reject; `*` where only the public part of a
/// user is shown.
///
/// The owner holds the race in the path and the runner takes part in it; the other organizer holds another race, and
/// nobody else has to do with one. Where there is no race in the path, the user in it is the runner, or the owner when
/// it is the owner who asks. The tokens before those of the five people speak for the owner if the route is open to the
/// owner, else for the runner. Routes that take no token ignore whatever token they are sent; `GET /users/login` takes
/// a name and a password instead, which are sent where there is no token.
const MATRIX: &str = "
                                                          no token
                                                          |    garbage
                                                          |    |    expired
                                                          |    |    |    wrong key
                                                          |    |    |    |    alg: none
                                                          |    |    |    |    |    previous secret
                                                          |    |    |    |    |    |    runner
                                                          |    |    |    |    |    |    |    another runner
                                                          |    |    |    |    |    |    |    |    organizer
                                                          |    |    |    |    |    |    |    |    |    another organizer
                                                          |    |    |    |    |    |    |    |    |    |    owner
POST   /users                                             201  201  201  201  201  201  201  201  201  201  201
GET    /users                                             401  401  401  401  401  200  403  403  200  200  200
POST   /users/login                                       200  200  200  200  200  200  200  200  200  200  200
GET    /users/login                                       200  401  401  401  401  401  401  401  401  401  401
POST   /users/refresh                                     200  200  200  200  200  200  200  200  200  200  200
POST   /users/logout                                      204  204  204  204  204  204  204  204  204  204  204
GET    /users/{user_id}                                   200* 401  401  401  401  200  200  200* 200* 200* 200
GET    /users/{user_id=me}                                401  401  401  401  401  200  200  200  200  200  200
PUT    /users/{user_id}                                   401  401  401  401  401  200  200  403  403  403  200
DELETE /users/{user_id}                                   401  401  401  401  401  204  204  403  403  403  204

POST   /marathons                                         401  401  401  401  401  201  403  403  201  201  201
GET    /marathons                                         200  200  200  200  200  200  200  200  200  200  200
GET    /marathons/{marathon_id}                           200  200  200  200  200  200  200  200  200  200  200
PUT    /marathons/{marathon_id}                           401  401  401  401  401  200  403  403  403  403  200
DELETE /marathons/{marathon_id}                           401  401  401  401  401  204  403  403  403  403  204
GET    /users/{user_id}/marathons                         200  401  401  401  401  200  200  200  200  200  200
GET    /users/{user_id=me}/marathons                      401  401  401  401  401  200  200  200  200  200  200

POST   /marathons/{marathon_id}/players                   401  401  401  401  401  201  201  201  403  403  403
GET    /marathons/{marathon_id}/players                   401  401  401  401  401  200  403  403  403  403  200
GET    /marathons/{marathon_id}/players/{user_id}         401  401  401  401  401  200  200  403  403  403  200
DELETE /marathons/{marathon_id}/players/{user_id}         401  401  401  401  401  204  204  403  403  403  204
GET    /users/{user_id}/players                           401  401  401  401  401  200  200  403  403  403  200

POST   /marathons/{marathon_id}/official-records          401  401  401  401  401  201  403  403  403  403  201
GET    /marathons/{marathon_id}/official-records          200  200  200  200  200  200  200  200  200  200  200
GET    /marathons/{marathon_id}/official-records/{bib}    200  200  200  200  200  200  200  200  200  200  200
PUT    /marathons/{marathon_id}/official-records/{bib}    401  401  401  401  401  200  403  403  403  403  200
DELETE /marathons/{marathon_id}/official-records/{bib}    401  401  401  401  401  204  403  403  403  403  204
GET    /users/{user_id}/official-records                  200  401  401  401  401  200  200  200  200  200  200
GET    /users/{user_id=me}/official-records               401  401  401  401  401  200  200  200  200  200  200

POST   /users/{user_id}/non-official-records              401  401  401  401  401  201  201  403  403  403  403
GET    /users/{user_id}/non-official-records              401  401  401  401  401  200  200  403  403  403  403
PUT    /users/{user_id}/non-official-records/{record_id}  401  401  401  401  401  200  200  403  403  403  403
DELETE /users/{user_id}/non-official-records/{record_id}  401  401  401  401  401  204  204  403  403  403  403

GET    /marathons/{marathon_id}/points                    401  401  401  401  401  200  403  403  200  200  200
POST   /marathons/{marathon_id}/points                    401  401  401  401  401  202  403  403  403  403  202
GET    /users/{user_id}/points                            200* 401  401  401  401  200  200  200* 200* 200* 200
GET    /users/{user_id=me}/points                         401  401  401  401  401  200  200  200  200  200  200
GET    /points                                            200  200  200  200  200  200  200  200  200  200  200
";

/// How many rows are asked at a time; the cells of a row follow one another.
const ROWS_AT_ONCE: usize = 8;
const BIB: &str = "F3";

/// Who asks, or with what: a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    NoToken,
    Garbage,
    Expired,
    WrongKey,
    AlgNone,
    PreviousSecret,
    Runner,
    AnotherRunner,
    Organizer,
    AnotherOrganizer,
    Owner,
}

const COLUMNS: [(&str, Asker); 11] = [
    ("no token", Asker::NoToken),
    ("garbage", Asker::Garbage),
    ("expired", Asker::Expired),
    ("wrong key", Asker::WrongKey),
    ("alg: none", Asker::AlgNone),
    ("previous secret", Asker::PreviousSecret),
    ("runner", Asker::Runner),
    ("another runner", Asker::AnotherRunner),
    ("organizer", Asker::Organizer),
    ("another organizer", Asker::AnotherOrganizer),
    ("owner", Asker::Owner),
];

/// A route with the answer that each asker is to get.
struct Row {
    method: &'static str,
    /// As in the template.
    path: String,
    /// The user in the path is `me`.
    me: bool,
    cells: Vec<(Asker, &'static str)>,
}

fn rows() -> Vec<Row> {
    let (heads, rows): (Vec<_>, Vec<_>) = MATRIX
        .lines()
        .filter(|line| !line.is_empty())
        .partition(|line| line.starts_with(' '));
    let heads: Vec<_> = heads.iter().map(|line| line.trim_start_matches([' ', '|'])).collect();
    assert_eq!(heads, COLUMNS.map(|(name, _)| name));
    let row = |line: &'static str| {
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(words.len(), 2 + COLUMNS.len(), "{line}");
        Row {
            method: words[0],
            path: words[1].replace("=me}", "}"),
            me: words[1].contains("=me}"),
            cells: COLUMNS
                .iter()
                .map(|(_, asker)| *asker)
                .zip(words[2..].iter().copied())
                .collect(),
        }
    };
    rows.into_iter().map(row).collect()
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let rows: BTreeSet<_> = rows()
        .iter()
        .map(|row| format!("{} {}", row.method, row.path))
        .collect();
    let routes: BTreeSet<_> = template::routes().into_keys().collect();
    let only_one_has: Vec<_> = rows.symmetric_difference(&routes).collect();
    assert!(only_one_has.is_empty(), "{only_one_has:?}");
}

#[tokio::test]
async fn every_route_is_open_to_exactly_those_who_may_use_it() {
    let (cast, tokens) = join(Cast::new(), Tokens::of_stack()).await;
    let differences: Vec<String> = futures_util::stream::iter(rows())
        .map(|row| differences(row, &cast, &tokens))
        .buffered(ROWS_AT_ONCE)
        .flat_map(futures_util::stream::iter)
        .collect()
        .await;
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

/// The cells of a row that are not as the table says.
async fn differences(row: Row, cast: &Cast, tokens: &Tokens) -> Vec<String> {
    let mut differences = Vec::new();
    for &(asker, expected) in &row.cells {
        let answer = row.ask(asker, cast, tokens).await;
        let seen = verdict(&answer);
        if seen != expected {
            let Row { method, path, .. } = &row;
            differences.push(format!(
                "{method} {path}, {asker:?}: {expected} expected, {seen} seen: {}",
                answer.json
            ));
        }
    }
    differences
}

/// What an answer says about who may do what, in the words of the table.
fn verdict(answer: &Answer) -> String {
    let public = ["name", "total_point", "user_id"];
    match answer.status.as_u16() {
        401 if !answer.headers.contains_key("www-authenticate") => "401 without WWW-Authenticate".to_owned(),
        200 if answer.json.as_object().is_some_and(|shown| shown.keys().eq(public)) => "200*".to_owned(),
        status => status.to_string(),
    }
}

impl Row {
    fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == path
    }

    /// Makes whatever the request needs to succeed, and sends it.
    async fn ask(&self, asker: Asker, cast: &Cast, tokens: &Tokens) -> Answer {
        let cast = if self.is("DELETE", "/users/{user_id}") {
            &cast.with_people_to_lose().await
        } else {
            cast
        };
        let speaker = self.speaker(asker, cast);
        let user = if speaker.user_id == cast.owner.user_id && !self.path.contains("{marathon_id}") {
            &cast.owner
        } else {
            &cast.runner
        };
        let (path, body) = self.request(cast, user).await;
        let token = match asker {
            Asker::NoToken if self.is("GET", "/users/login") => {
                return cast
                    .anonymous
                    .get_with_basic(&path, &user.login_id, user.password)
                    .await;
            }
            Asker::NoToken => None,
            Asker::Garbage => Some("garbage".to_owned()),
            Asker::Expired => Some(tokens.expired(&speaker.token)),
            Asker::WrongKey => Some(tokens.with_wrong_key(&speaker.token)),
            Asker::AlgNone => Some(tokens.unsigned(&speaker.token)),
            Asker::PreviousSecret => Some(tokens.with_previous_secret(&speaker.token)),
            _ => Some(speaker.token.clone()),
        };
        let mut api = cast.anonymous.clone();
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

    /// Whom the token speaks for.
    fn speaker<'a>(&self, asker: Asker, cast: &'a Cast) -> &'a Person {
        let mut cells = self.cells.iter();
        let open_to_owner = cells.any(|(asker, status)| *asker == Asker::Owner && status.starts_with('2'));
        match asker {
            Asker::Runner => &cast.runner,
            Asker::AnotherRunner => &cast.another_runner,
            Asker::Organizer => &cast.organizer,
            Asker::AnotherOrganizer => &cast.another_organizer,
            Asker::Owner => &cast.owner,
            _ if open_to_owner => &cast.owner,
            _ => &cast.runner,
        }
    }

    /// The path and the body of a request about `user`, and about a race, a player and records made for it.
    async fn request(&self, cast: &Cast, user: &Person) -> (String, Value) {
        let route = (self.method, self.path.as_str());
        let body = match route {
            ("POST", "/users") => json!({
                "login_id": format!("a-{}", Uuid::now_v7().simple()), "password": user.password, "name": "Runner",
                "phone": "010-1234-5678", "user_type": 0,
            }),
            ("POST", "/users/login") => credentials(user),
            ("POST", "/users/refresh" | "/users/logout") => {
                let login = cast.anonymous.post("/users/login", &credentials(user)).await;
                json!({"refresh_token": login.expect(200)["refresh_token"]})
            }
            ("PUT", "/users/{user_id}") => json!({"name": "Runner", "phone": "010-8765-4321"}),
            ("POST", "/marathons") | ("PUT", "/marathons/{marathon_id}") => race(),
            ("POST", "/marathons/{marathon_id}/players") => json!({}),
            ("POST", "/marathons/{marathon_id}/official-records") => finished(BIB, "3:25:10"),
            ("PUT", "/marathons/{marathon_id}/official-records/{bib}") => json!({"status": "dnf"}),
            ("POST", "/marathons/{marathon_id}/points") => json!({"bib": BIB, "point": 1, "reason": "Fair play"}),
            ("POST", "/users/{user_id}/non-official-records")
            | ("PUT", "/users/{user_id}/non-official-records/{record_id}") => own_run(),
            ("GET" | "DELETE", _) => Value::Null,
            _ => panic!("{route:?}: what does its body look like?"),
        };

        let me = self.me.then(|| "me".to_owned());
        let user_id = me.unwrap_or_else(|| user.user_id.to_string());
        let mut path = self.path.replace("{user_id}", &user_id);
        if path.contains("{marathon_id}") {
            path = path
                .replace("{marathon_id}", &self.race(cast).await)
                .replace("{bib}", BIB);
        }
        if path.contains("{record_id}") {
            let runs = "/users/me/non-official-records";
            let kept = cast.runner.api.post(runs, &own_run()).await.expect(201);
            path = path.replace("{record_id}", kept["record_id"].as_str().unwrap());
        }
        (path, body)
    }

    /// A new race of the owner, with the runner in it, and with a record where the route is about one.
    async fn race(&self, cast: &Cast) -> String {
        let race = cast.owner.api.post("/marathons", &race()).await.expect(201);
        let marathon_id = race["marathon_id"].as_str().unwrap();
        let path = |of: &str| format!("/marathons/{marathon_id}/{of}");
        // Who applies is not in it yet, and a race with players cannot be deleted.
        let is_empty =
            self.is("POST", "/marathons/{marathon_id}/players") || self.is("DELETE", "/marathons/{marathon_id}");
        if !is_empty {
            let application = json!({"bib": BIB});
            let _ = cast.runner.api.post(&path("players"), &application).await.expect(201);
        }
        if self.path.contains("{bib}") {
            let record = finished(BIB, "3:25:10");
            let _ = cast
                .owner
                .api
                .post(&path("official-records"), &record)
                .await
                .expect(201);
        }
        marathon_id.to_owned()
    }
}

fn credentials(user: &Person) -> Value {
    json!({"login_id": user.login_id, "password": user.password})
}

fn race() -> Value {
    let today = OffsetDateTime::now_utc().date().to_string();
    json!({"title": "Authorization", "held_on": today, "location": "Seoul", "point": 10})
}

fn own_run() -> Value {
    json!({"title": "Han River", "ran_on": "2020-03-15", "distance_m": 10_000, "time": "0:48:25"})
}

/// The people of the table.
#[derive(Clone)]
struct Cast {
    anonymous: Api,
    runner: Rc<Person>,
    another_runner: Rc<Person>,
    organizer: Rc<Person>,
    another_organizer: Rc<Person>,
    owner: Rc<Person>,
}

impl Cast {
    async fn new() -> Self {
        let person = async |who, name| Rc::new(Person::new(who, name).await);
        let (runner, another_runner, organizer, another_organizer, owner) = tokio::join!(
            person(Who::Runner, "Runner"),
            person(Who::Runner, "Another runner"),
            person(Who::Organizer, "Organizer"),
            person(Who::Organizer, "Another organizer"),
            person(Who::Organizer, "Owner"),
        );
        let cast = Self {
            anonymous: Api::anonymous(),
            runner,
            another_runner,
            organizer,
            another_organizer,
            owner,
        };
        let _ = cast.another_organizer.api.post("/marathons", &race()).await.expect(201);
        cast
    }

    /// With another runner and another owner, who may be deleted.
    async fn with_people_to_lose(&self) -> Self {
        let (runner, owner) = join(Person::new(Who::Runner, "Runner"), Person::new(Who::Organizer, "Owner")).await;
        Self {
            runner: Rc::new(runner),
            owner: Rc::new(owner),
            ..self.clone()
        }
    }
}
