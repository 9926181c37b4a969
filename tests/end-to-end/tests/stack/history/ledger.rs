//! What `user_db` holds, read past the code that is tested, and what must hold of it.

use super::deed::{BIBS, RUNNERS};
use super::model::Worth;
use super::office::bib_number;
use proptest::prelude::*;
use serde_json::json;
use shared::domain::id::{MarathonId, UserId};
use sqlx::MySqlPool;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The runners of one history and their ledgers; nobody else's events are theirs.
pub struct Ledger<'a> {
    pool: &'a MySqlPool,
    pub marathon_id: MarathonId,
    pub runners: Vec<UserId>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
struct Row {
    event_id: String,
    user_id: u64,
    bib: String,
    point: i64,
}

impl<'a> Ledger<'a> {
    /// New runners, in one statement.
    pub async fn open(pool: &'a MySqlPool) -> sqlx::Result<Self> {
        let login_ids: Vec<_> = (0..RUNNERS).map(|_| format!("h-{}", Uuid::now_v7().simple())).collect();
        let inserted = sqlx::query(
            "INSERT INTO users (login_id, password_hash, name, phone, user_type)
             SELECT j.login_id, '', 'Runner', '', 0
             FROM JSON_TABLE(?, '$[*]' COLUMNS (login_id VARCHAR(64) PATH '$')) j",
        )
        .bind(json!(login_ids).to_string());
        inserted.execute(pool).await?;
        let ids: Vec<i64> = sqlx::query_scalar(
            "SELECT CAST(user_id AS SIGNED) FROM users
             WHERE login_id IN (SELECT j.login_id
                 FROM JSON_TABLE(?, '$[*]' COLUMNS (login_id VARCHAR(64) PATH '$')) j)",
        )
        .bind(json!(login_ids).to_string())
        .fetch_all(pool)
        .await?;
        Ok(Self {
            pool,
            marathon_id: MarathonId::new(),
            runners: ids.into_iter().map(|id| id.try_into().unwrap()).collect(),
        })
    }

    /// I1: each total is the sum of the ledger. I5: a notice tells only of what is in it.
    pub async fn check_always(&self, told: &[String]) -> Result<(), TestCaseError> {
        let (wrong, missing): (i64, i64) = sqlx::query_as(
            "SELECT
                (SELECT COUNT(*) FROM users u
                 JOIN JSON_TABLE(?, '$[*]' COLUMNS (user_id BIGINT UNSIGNED PATH '$')) j ON j.user_id = u.user_id
                 WHERE u.total_point <> (SELECT COALESCE(SUM(p.point), 0) FROM points p WHERE p.user_id = u.user_id)),
                (SELECT COUNT(*) FROM JSON_TABLE(?, '$[*]' COLUMNS (event_id VARCHAR(64) PATH '$')) j
                 LEFT JOIN points p ON p.event_id = j.event_id WHERE p.event_id IS NULL)",
        )
        .bind(json!(self.runners).to_string())
        .bind(json!(told).to_string())
        .fetch_one(self.pool)
        .await
        .map_err(failed)?;
        prop_assert_eq!(wrong, 0, "I1: totals that are not the sum of the ledger");
        prop_assert_eq!(missing, 0, "I5: events told of that are not in the ledger");
        Ok(())
    }

    /// What holds once all is delivered: the ledger says what the results are worth (I2), each event is there once (I3)
    /// and was told of (I5), and what was taken back is what was given.
    pub async fn check_in_the_end(&self, worth: &Worth, told: &[String]) -> Result<(), TestCaseError> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT event_id, user_id, bib, point FROM points WHERE marathon_id = ? ORDER BY point_id")
                .bind(self.marathon_id.to_string())
                .fetch_all(self.pool)
                .await
                .map_err(failed)?;
        let event_ids: BTreeSet<_> = rows.iter().map(|row| &row.event_id).collect();
        prop_assert_eq!(event_ids.len(), rows.len(), "I3: {:?}", &rows);
        prop_assert_eq!(&self.worth(&rows), worth, "I2: {:?}", &rows);
        prop_assert_eq!(told.iter().collect::<BTreeSet<_>>(), event_ids, "I5");
        self.check_pairs(&rows, worth)
    }

    fn worth(&self, rows: &[Row]) -> Worth {
        let bibs: Vec<_> = (0..BIBS).map(|bib| bib_number(bib).to_string()).collect();
        let mut worth = Worth::new();
        for row in rows {
            let bib = bibs.iter().position(|bib| *bib == row.bib);
            let runner = self.runners.iter().position(|runner| runner.get() == row.user_id);
            *worth.entry((bib.unwrap(), runner.unwrap())).or_default() += row.point;
        }
        worth.retain(|_, point| *point != 0);
        worth
    }

    /// Under each name there is one award and at most one revocation, which is its opposite; what is not taken back is
    /// what the results are worth.
    fn check_pairs(&self, rows: &[Row], worth: &Worth) -> Result<(), TestCaseError> {
        let mut awards: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in rows {
            let (name, _) = row.event_id.rsplit_once(':').unwrap();
            awards.entry(name).or_default().push(row);
        }
        let mut standing = Vec::new();
        for (name, mut rows) in awards {
            rows.sort_by(|a, b| a.event_id.cmp(&b.event_id));
            let actions: Vec<_> = rows.iter().map(|row| &row.event_id[name.len() + 1..]).collect();
            match (actions.as_slice(), rows.as_slice()) {
                (["award"], [award]) => standing.push((*award).clone()),
                (["award", "revoke"], [award, revoked]) => prop_assert_eq!(
                    (award.user_id, &award.bib, award.point),
                    (revoked.user_id, &revoked.bib, -revoked.point),
                    "{}",
                    name
                ),
                _ => prop_assert!(false, "not a pair: {:?}", rows),
            }
        }
        prop_assert_eq!(standing.len(), worth.len(), "{:?}", &standing);
        prop_assert_eq!(&self.worth(&standing), worth);
        Ok(())
    }
}

/// The database, not the code under test, is at fault.
#[allow(
    clippy::needless_pass_by_value,
    reason = "so that it can be named where an error is mapped"
)]
pub fn failed(error: sqlx::Error) -> TestCaseError {
    TestCaseError::fail(format!("the test cannot read user_db: {error}"))
}
