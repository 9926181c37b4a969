//! Users and races. Each test creates its own.

use crate::api::Api;
use crate::wait::eventually;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

const PASSWORD: &str = "correct horse";

/// The `user_type` of an account.
#[derive(Debug, Clone, Copy)]
pub enum Role {
    Runner = 0,
    Organizer = 1,
}

/// A user who is signed up and logged in.
#[derive(Debug)]
pub struct TestUser {
    pub api: Api,
    pub user_id: u64,
    pub login_id: String,
    pub password: &'static str,
    pub token: String,
}

/// A race and its organizer.
#[derive(Debug)]
pub struct Race {
    pub organizer: TestUser,
    pub marathon_id: String,
    pub title: String,
}

impl TestUser {
    pub async fn new(role: Role, name: &str) -> Self {
        let login_id = format!("t-{}", Uuid::now_v7().simple());
        let api = Api::anonymous();
        let sign_up = json!({
            "login_id": login_id, "password": PASSWORD, "name": name, "phone": "010-1234-5678",
            "user_type": role as u8,
        });
        let user_id = api.post("/users", &sign_up).await.expect(201)["user_id"]
            .as_u64()
            .unwrap();
        let user = Self {
            api,
            user_id,
            login_id,
            password: PASSWORD,
            token: String::new(),
        };
        let token = user.log_in().await["token"].as_str().unwrap().to_owned();
        Self {
            api: user.api.with_token(&token),
            token,
            ..user
        }
    }

    /// The body of a login request.
    #[must_use]
    pub fn credentials(&self) -> Value {
        json!({"login_id": self.login_id, "password": self.password})
    }

    /// Starts another session and returns its tokens.
    pub async fn log_in(&self) -> Value {
        let api = self.api.without_token();
        api.post("/users/login", &self.credentials()).await.expect(200)
    }

    /// The user's total and ledger.
    pub async fn points(&self) -> Value {
        self.api.get("/users/me/points").await.expect(200)
    }

    /// Waits until the user has this total, and returns the total and ledger.
    pub async fn wait_for_points(&self, total_point: i64) -> Value {
        let what = format!("{total_point} points");
        let points = async || self.points().await;
        eventually(&what, points, |points| points["total_point"] == total_point).await
    }
}

impl Race {
    /// A race today, with `changes` to its fields.
    pub async fn new(changes: Value) -> Self {
        let organizer = TestUser::new(Role::Organizer, "주최자").await;
        let title = format!("Race {}", Uuid::now_v7().simple());
        let race = organizer.api.post("/marathons", &race_body(&title, changes)).await;
        Self {
            organizer,
            marathon_id: race.expect(201)["marathon_id"].as_str().unwrap().to_owned(),
            title,
        }
    }

    /// The path of a resource below this race.
    #[must_use]
    pub fn path(&self, below: &str) -> String {
        format!("/marathons/{}{below}", self.marathon_id)
    }

    /// Signs up a runner and applies with this bib.
    pub async fn runner(&self, name: &str, bib: &str) -> TestUser {
        let runner = TestUser::new(Role::Runner, name).await;
        let application = json!({"bib": bib, "gender": "F", "birth_date": "1990-05-17"});
        let _ = runner.api.post(&self.path("/players"), &application).await.expect(201);
        runner
    }

    /// Enters an official record and returns it.
    pub async fn enter(&self, record: &Value) -> Value {
        self.organizer
            .api
            .post(&self.path("/official-records"), record)
            .await
            .expect(201)
    }
}

/// The body that creates or updates a race today, with `changes` to its fields.
#[must_use]
#[allow(clippy::needless_pass_by_value, reason = "callers pass json!({…})")]
pub fn race_body(title: &str, changes: Value) -> Value {
    let today = OffsetDateTime::now_utc().date().to_string();
    let mut body = json!({"title": title, "held_on": today, "location": "Seoul", "point": 10});
    body.as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    body
}

/// The body that enters the record of a finisher.
#[must_use]
pub fn finished(bib: &str, net_time: &str) -> Value {
    json!({"bib": bib, "status": "finished", "net_time": net_time})
}

/// A message that awards 10 points of a race that does not exist.
#[must_use]
pub fn award_message(user_id: u64, marathon_title: &str) -> Value {
    let record_id = Uuid::now_v7();
    json!({
        "version": 1, "event_id": format!("{record_id}:1:award"), "action": "award", "user_id": user_id, "point": 10,
        "marathon_id": Uuid::now_v7(), "marathon_title": marathon_title, "bib": "1", "name": "Runner",
        "time_ms": 10_800_000,
    })
}
