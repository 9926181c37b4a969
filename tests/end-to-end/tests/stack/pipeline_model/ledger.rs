//! The ledger and totals in `user_db`, read independently of the code under test, and the checks of their invariants.

use super::model::Points;
use super::operation::{BIBS, RUNNERS};
use super::simulation;
use end_to_end::create_runners;
use proptest::prelude::*;
use serde_json::json;
use shared::domain::id::{MarathonId, UserId};
use sqlx::MySqlPool;
use std::collections::{BTreeMap, BTreeSet};

/// The ledger of a history's race, with runners who are in no other race.
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
    /// An empty ledger with new runners.
    pub async fn new(pool: &'a MySqlPool) -> sqlx::Result<Self> {
        let mut connection = pool.acquire().await?;
        Ok(Self {
            pool,
            marathon_id: MarathonId::new(),
            runners: create_runners(&mut connection, RUNNERS.try_into().unwrap()).await,
        })
    }

    /// I1: each total is the sum of the ledger. I5: only events in the ledger are notified.
    pub async fn check_always(&self, notified: &[String]) -> Result<(), TestCaseError> {
        let (wrong_totals, missing): (i64, i64) = sqlx::query_as(
            "SELECT
                (SELECT COUNT(*) FROM users u
                 JOIN JSON_TABLE(?, '$[*]' COLUMNS (user_id BIGINT UNSIGNED PATH '$')) j ON j.user_id = u.user_id
                 WHERE u.total_point <> (SELECT COALESCE(SUM(p.point), 0) FROM points p WHERE p.user_id = u.user_id)),
                (SELECT COUNT(*) FROM JSON_TABLE(?, '$[*]' COLUMNS (event_id VARCHAR(64) PATH '$')) j
                 LEFT JOIN points p ON p.event_id = j.event_id WHERE p.event_id IS NULL)",
        )
        .bind(json!(self.runners).to_string())
        .bind(json!(notified).to_string())
        .fetch_one(self.pool)
        .await
        .map_err(failed)?;
        prop_assert_eq!(wrong_totals, 0, "I1: totals differ from the sum of the ledger");
        prop_assert_eq!(missing, 0, "I5: notified events are not in the ledger");
        Ok(())
    }

    /// Once everything is delivered: the ledger matches the results (I2), each event is posted once (I3) and notified
    /// (I5), and each revocation matches its award.
    pub async fn check_final(&self, expected: &Points, notified: &[String]) -> Result<(), TestCaseError> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT event_id, user_id, bib, point FROM points WHERE marathon_id = ? ORDER BY point_id")
                .bind(self.marathon_id.to_string())
                .fetch_all(self.pool)
                .await
                .map_err(failed)?;
        let event_ids: BTreeSet<_> = rows.iter().map(|row| &row.event_id).collect();
        prop_assert_eq!(event_ids.len(), rows.len(), "I3: {:?}", &rows);
        prop_assert_eq!(&self.points(&rows), expected, "I2: {:?}", &rows);
        prop_assert_eq!(notified.iter().collect::<BTreeSet<_>>(), event_ids, "I5");
        self.check_awards(&rows, expected)
    }

    /// The sums of ledger rows.
    fn points(&self, rows: &[Row]) -> Points {
        let bibs: Vec<_> = (0..BIBS).map(|bib| simulation::bib(bib).to_string()).collect();
        let mut points = Points::new();
        for row in rows {
            let bib = bibs.iter().position(|bib| *bib == row.bib);
            let runner = self.runners.iter().position(|runner| runner.get() == row.user_id);
            *points.entry((bib.unwrap(), runner.unwrap())).or_default() += row.point;
        }
        points.retain(|_, point| *point != 0);
        points
    }

    /// Each award id has one award and at most one revocation, with the same points negated. The awards without a
    /// revocation are the expected points.
    fn check_awards(&self, rows: &[Row], expected: &Points) -> Result<(), TestCaseError> {
        let mut awards: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in rows {
            let (award_id, _) = row.event_id.rsplit_once(':').unwrap();
            awards.entry(award_id).or_default().push(row);
        }
        let mut current = Vec::new();
        for (award_id, mut rows) in awards {
            rows.sort_by(|a, b| a.event_id.cmp(&b.event_id));
            let actions: Vec<_> = rows.iter().map(|row| &row.event_id[award_id.len() + 1..]).collect();
            match (actions.as_slice(), rows.as_slice()) {
                (["award"], [award]) => current.push((*award).clone()),
                (["award", "revoke"], [award, revocation]) => prop_assert_eq!(
                    (award.user_id, &award.bib, award.point),
                    (revocation.user_id, &revocation.bib, -revocation.point),
                    "{}",
                    award_id
                ),
                _ => prop_assert!(false, "not an award with at most one revocation: {:?}", rows),
            }
        }
        prop_assert_eq!(current.len(), expected.len(), "{:?}", &current);
        prop_assert_eq!(&self.points(&current), expected);
        Ok(())
    }
}

/// An error of the test itself, not of the code under test.
#[allow(clippy::needless_pass_by_value, reason = "for map_err(failed)")]
pub fn failed(error: sqlx::Error) -> TestCaseError {
    TestCaseError::fail(format!("the test cannot read user_db: {error}"))
}
