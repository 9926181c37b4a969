//! Runners, organizers and their races, all new for each test.

use crate::api::Api;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

const PASSWORD: &str = "correct horse";

/// What somebody is here for.
#[derive(Debug, Clone, Copy)]
pub enum Who {
    Runner = 0,
    Organizer = 1,
}

/// Somebody who is signed up and logged in.
#[derive(Debug)]
pub struct Person {
    pub api: Api,
    pub user_id: u64,
    pub login_id: String,
    pub password: &'static str,
    pub token: String,
}

/// A race that a test's organizer holds today.
#[derive(Debug)]
pub struct Race {
    pub organizer: Person,
    pub marathon_id: String,
    pub title: String,
}

impl Person {
    pub async fn new(who: Who, name: &str) -> Self {
        let login_id = format!("t-{}", Uuid::now_v7().simple());
        let api = Api::anonymous();
        let sign_up = json!({
            "login_id": login_id, "password": PASSWORD, "name": name, "phone": "010-1234-5678", "user_type": who as u8,
        });
        let user_id = api.post("/users", &sign_up).await.expect(201)["user_id"]
            .as_u64()
            .unwrap();
        let login = json!({"login_id": login_id, "password": PASSWORD});
        let token = api.post("/users/login", &login).await.expect(200)["token"]
            .as_str()
            .unwrap()
            .to_owned();
        Self {
            api: api.with_token(&token),
            user_id,
            login_id,
            password: PASSWORD,
            token,
        }
    }

    /// The points of this person, as only this person sees them.
    pub async fn points(&self) -> Value {
        self.api.get("/users/me/points").await.expect(200)
    }
}

impl Race {
    /// A race today, with `changes` to its fields.
    pub async fn new(changes: Value) -> Self {
        let organizer = Person::new(Who::Organizer, "주최자").await;
        let title = format!("Race {}", Uuid::now_v7().simple());
        let mut race = json!({
            "title": title, "held_on": OffsetDateTime::now_utc().date().to_string(), "location": "Seoul", "point": 10,
        });
        race.as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        let race = organizer.api.post("/marathons", &race).await.expect(201);
        Self {
            organizer,
            marathon_id: race["marathon_id"].as_str().unwrap().to_owned(),
            title,
        }
    }

    /// The path of something of this race.
    #[must_use]
    pub fn path(&self, of: &str) -> String {
        format!("/marathons/{}{of}", self.marathon_id)
    }

    /// A new runner who takes part with this bib.
    pub async fn runner(&self, name: &str, bib: &str) -> Person {
        let runner = Person::new(Who::Runner, name).await;
        let application = json!({"bib": bib, "gender": "F", "birth_date": "1990-05-17"});
        let _ = runner.api.post(&self.path("/players"), &application).await.expect(201);
        runner
    }

    /// Enters a record and returns it.
    pub async fn enter(&self, record: &Value) -> Value {
        self.organizer
            .api
            .post(&self.path("/official-records"), record)
            .await
            .expect(201)
    }
}

/// The record of a finisher.
#[must_use]
pub fn finished(bib: &str, net_time: &str) -> Value {
    json!({"bib": bib, "status": "finished", "net_time": net_time})
}
