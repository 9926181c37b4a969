//! Prepares and inspects `user_db`.

use bench::Result;
use serde_json::json;
use sqlx::{Connection, MySqlConnection};
use tokio::runtime::{Builder, Runtime};

pub struct UserDb {
    /// For `USER_DB_URL`.
    pub url: String,
    runtime: Runtime,
    connection: MySqlConnection,
}

impl UserDb {
    pub fn connect(url: &str) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let connection = runtime.block_on(MySqlConnection::connect(url))?;
        Ok(Self {
            url: url.to_owned(),
            runtime,
            connection,
        })
    }

    /// Inserts `count` runners and returns their user ids.
    pub fn insert_runners(&mut self, count: usize) -> Result<Vec<u64>> {
        let login_ids: Vec<_> = (0..count).map(|number| format!("bench-{number}")).collect();
        let insert = sqlx::query(
            "INSERT INTO users (login_id, password_hash, name, phone, user_type)
             SELECT j.login_id, '', 'Runner', '', 0
             FROM JSON_TABLE(?, '$[*]' COLUMNS (login_id VARCHAR(64) PATH '$')) j",
        )
        .bind(json!(login_ids).to_string());
        self.runtime.block_on(insert.execute(&mut self.connection))?;
        let select = sqlx::query_scalar("SELECT user_id FROM users WHERE login_id LIKE 'bench-%' ORDER BY user_id");
        Ok(self.runtime.block_on(select.fetch_all(&mut self.connection))?)
    }

    /// The number of ledger entries. Fails if the totals of the users differ from the sum of the ledger.
    pub fn award_count(&mut self) -> Result<usize> {
        let select = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM points),
                    (SELECT CAST(COALESCE(SUM(point), 0) AS SIGNED) FROM points),
                    (SELECT CAST(COALESCE(SUM(total_point), 0) AS SIGNED) FROM users)",
        );
        let (count, sum, totals): (i64, i64, i64) = self.runtime.block_on(select.fetch_one(&mut self.connection))?;
        if sum != totals {
            return Err(format!("sum of users.total_point is {totals}, sum of points is {sum}").into());
        }
        Ok(count.try_into()?)
    }

    /// The number of statements the server has received since its start, from all clients.
    pub fn statement_count(&mut self) -> Result<usize> {
        let show = sqlx::query_as("SHOW GLOBAL STATUS LIKE 'Questions'");
        let (_, count): (String, String) = self.runtime.block_on(show.fetch_one(&mut self.connection))?;
        Ok(count.parse()?)
    }
}
