//! The `user_db` that the points go to.

use bench::Result;
use serde_json::json;
use sqlx::{Connection, MySqlConnection};
use tokio::runtime::{Builder, Runtime};

/// A connection of the benchmark's own.
pub struct UserDb {
    /// Its address, for `USER_DB_URL`.
    pub url: String,
    runtime: Runtime,
    connection: MySqlConnection,
}

impl UserDb {
    /// Connects to a database that has the schema.
    pub fn connect(url: &str) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let connection = runtime.block_on(MySqlConnection::connect(url))?;
        Ok(Self {
            url: url.to_owned(),
            runtime,
            connection,
        })
    }

    /// Signs up as many runners, and answers with their ids.
    pub fn sign_up(&mut self, count: usize) -> Result<Vec<u64>> {
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

    /// How many awards the ledgers hold; an error when a total is not the sum of its ledger.
    pub fn awards(&mut self) -> Result<usize> {
        let select = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM points),
                    (SELECT CAST(COALESCE(SUM(point), 0) AS SIGNED) FROM points),
                    (SELECT CAST(COALESCE(SUM(total_point), 0) AS SIGNED) FROM users)",
        );
        let (count, sum, totals): (i64, i64, i64) = self.runtime.block_on(select.fetch_one(&mut self.connection))?;
        if sum != totals {
            return Err(format!("the totals are {totals}, the ledgers {sum}").into());
        }
        Ok(count.try_into()?)
    }

    /// How many statements the server was sent so far, by anybody.
    pub fn statements(&mut self) -> Result<usize> {
        let show = sqlx::query_as("SHOW GLOBAL STATUS LIKE 'Questions'");
        let (_, count): (String, String) = self.runtime.block_on(show.fetch_one(&mut self.connection))?;
        Ok(count.parse()?)
    }
}
