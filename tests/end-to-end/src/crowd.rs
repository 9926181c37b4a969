//! Many runners at once, for tests in which one sign-up after the other would take most of the time.

use crate::people::Race;
use crate::stack::Stack;
use crate::wait::eventually;
use futures_util::{StreamExt, stream};
use serde_json::json;
use shared::config::FromEnv;
use shared::domain::id::UserId;
use shared::domain::player::ApplicationInput;
use shared::domain::user::PersonName;
use shared::main_db::MainDb;
use sqlx::{Connection, MySqlConnection};
use time::OffsetDateTime;
use uuid::Uuid;

/// How many requests are under way at once.
pub const AT_ONCE: usize = 12;

/// Makes accounts of runners in one statement; nobody can log in to them. Returns their ids in ascending order.
pub async fn accounts(count: u32) -> Vec<u64> {
    let stem = format!("c-{}-", Uuid::now_v7().simple());
    let mut user_db = MySqlConnection::connect(&Stack::get().user_db).await.unwrap();
    let numbers: Vec<_> = (1..=count).collect();
    let made = sqlx::query(
        "INSERT INTO users (login_id, password_hash, name, phone, user_type)
         SELECT CONCAT(?, j.n), 'none', CONCAT('Runner ', j.n), '01012345678', 0
         FROM JSON_TABLE(?, '$[*]' COLUMNS (n INT PATH '$')) j",
    );
    let made = made.bind(&stem).bind(json!(numbers).to_string());
    made.execute(&mut user_db).await.unwrap();
    let ids = sqlx::query_scalar("SELECT user_id FROM users WHERE login_id LIKE CONCAT(?, '%') ORDER BY user_id");
    let ids: Vec<u64> = ids.bind(&stem).fetch_all(&mut user_db).await.unwrap();
    assert_eq!(ids.len(), count as usize);
    ids
}

impl Race {
    /// New runners who take part, with the bibs from 1 to `count`. They apply through the store's own function, past
    /// the API.
    pub async fn crowd(&self, count: u32) {
        let db = MainDb::from_env().unwrap();
        let marathon = db.marathon(self.marathon_id.parse().unwrap()).await.unwrap().unwrap();
        let runners = accounts(count).await.into_iter().zip(1..);
        let applications = stream::iter(runners).map(async |(user_id, bib): (u64, u32)| {
            let application = ApplicationInput {
                bib: Some(bib.to_string()),
                gender: None,
                birth_date: None,
            };
            let user_id = UserId::try_from(i64::try_from(user_id).unwrap()).unwrap();
            let name = PersonName::try_from(format!("Runner {bib}")).unwrap();
            let applicant = application.parse(user_id, name, OffsetDateTime::now_utc()).unwrap();
            let _ = db.apply(&marathon, &applicant).await.unwrap();
        });
        applications.buffer_unordered(AT_ONCE).collect::<()>().await;
    }

    /// Enters the records of finishers, and takes what the pipeline makes of them out of the queue of point-increase,
    /// which must not read it meanwhile.
    pub async fn events_of_crowd(&self, count: u32) -> Vec<String> {
        let stack = Stack::get();
        self.enter_crowd(1..=count, || {}).await;
        let depth = async || stack.queue_depth("PointIncreaseQueue").await;
        eventually("events", depth, |depth| *depth == u64::from(count)).await;
        stack.take_messages("PointIncreaseQueue").await
    }

    /// Enters the records of finishers through the API, many at once, and calls `entered` after each.
    pub async fn enter_crowd(&self, bibs: impl IntoIterator<Item = u32>, entered: impl Fn()) {
        let entered = &entered;
        let entries = stream::iter(bibs).map(async |bib| {
            let time = format!("{}:{:02}:{:02}", 2 + bib / 3600, bib / 60 % 60, bib % 60);
            self.enter(&crate::people::finished(&bib.to_string(), &time)).await;
            entered();
        });
        entries.buffer_unordered(AT_ONCE).collect::<()>().await;
    }
}
