//! Thousands of players and records. Signing up one by one through the API would take most of a test's time.

use crate::fixtures::{Race, finished};
use crate::stack::Stack;
use crate::wait::eventually;
use futures_util::{StreamExt, stream};
use serde_json::json;
use shared::config::FromEnv;
use shared::domain::id::UserId;
use shared::domain::player::ApplicationInput;
use shared::domain::user::PersonName;
use shared::main_db::MainDb;
use sqlx::MySqlConnection;
use time::OffsetDateTime;
use uuid::Uuid;

const MAX_CONCURRENT_REQUESTS: usize = 12;

/// Inserts runners, who cannot log in, in one statement. Returns their ids in ascending order.
pub async fn create_runners(user_db: &mut MySqlConnection, count: u32) -> Vec<UserId> {
    let prefix = format!("c-{}-", Uuid::now_v7().simple());
    let numbers: Vec<_> = (1..=count).collect();
    let insert = sqlx::query(
        "INSERT INTO users (login_id, password_hash, name, phone, user_type)
         SELECT CONCAT(?, j.n), 'none', CONCAT('Runner ', j.n), '01012345678', 0
         FROM JSON_TABLE(?, '$[*]' COLUMNS (n INT PATH '$')) j",
    );
    let insert = insert.bind(&prefix).bind(json!(numbers).to_string());
    insert.execute(&mut *user_db).await.unwrap();
    let ids = sqlx::query_scalar(
        "SELECT CAST(user_id AS SIGNED) FROM users WHERE login_id LIKE CONCAT(?, '%') ORDER BY user_id",
    );
    let ids: Vec<i64> = ids.bind(&prefix).fetch_all(user_db).await.unwrap();
    assert_eq!(ids.len(), count as usize);
    ids.into_iter().map(|id| id.try_into().unwrap()).collect()
}

impl Race {
    /// Adds new runners with the bibs 1 to `count`, who apply directly through `main_db`.
    pub async fn add_players(&self, count: u32) {
        let db = MainDb::from_env().unwrap();
        let marathon = db.marathon(self.marathon_id.parse().unwrap()).await.unwrap().unwrap();
        let mut user_db = Stack::get().user_db_connection().await;
        let runners = create_runners(&mut user_db, count).await.into_iter().zip(1..);
        let applications = stream::iter(runners).map(async |(user_id, bib): (UserId, u32)| {
            let application = ApplicationInput {
                bib: Some(bib.to_string()),
                gender: None,
                birth_date: None,
            };
            let name = PersonName::try_from(format!("Runner {bib}")).unwrap();
            let applicant = application.parse(user_id, name, OffsetDateTime::now_utc()).unwrap();
            let _ = db.apply(&marathon, &applicant).await.unwrap();
        });
        applications
            .buffer_unordered(MAX_CONCURRENT_REQUESTS)
            .collect::<()>()
            .await;
    }

    /// Enters records of finishers concurrently through the API, and calls `on_entered` after each.
    pub async fn enter_records(&self, bibs: impl IntoIterator<Item = u32>, on_entered: impl Fn()) {
        let on_entered = &on_entered;
        let entries = stream::iter(bibs).map(async |bib| {
            let time = format!("{}:{:02}:{:02}", 2 + bib / 3600, bib / 60 % 60, bib % 60);
            self.enter(&finished(&bib.to_string(), &time)).await;
            on_entered();
        });
        entries.buffer_unordered(MAX_CONCURRENT_REQUESTS).collect::<()>().await;
    }

    /// Enters records of finishers, and takes their point events out of the queue of point-increase. Its event source
    /// must be disabled.
    pub async fn enter_records_and_take_events(&self, count: u32) -> Vec<String> {
        let stack = Stack::get();
        self.enter_records(1..=count, || {}).await;
        let depth = async || stack.queue_depth("PointIncreaseQueue").await;
        eventually("point events", depth, |depth| *depth == u64::from(count)).await;
        stack.drain_queue("PointIncreaseQueue").await
    }
}
