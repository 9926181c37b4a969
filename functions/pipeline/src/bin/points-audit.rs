//! Compares records, ledger and totals every day, and when somebody asks: `{}`, `{"repair": true}`,
//! `{"marathon_id": "…"}`. What differs is a line of the log each and a metric.

use pipeline::{Audit, Report};
use serde::Deserialize;
use shared::domain::id::MarathonId;
use shared::main_db::MainDb;
use shared::topic::Topic;
use shared::user_db::UserDb;
use shared::{metrics, runtime};
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::job(handle).await
}

/// What is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Order {
    /// One race only.
    marathon_id: Option<MarathonId>,
    /// Whether to mend what differs.
    repair: bool,
    /// How long what is on its way between the stores may take, in seconds.
    settle_s: u64,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            marathon_id: None,
            repair: false,
            settle_s: 30,
        }
    }
}

type State = (MainDb, UserDb, Topic);

async fn handle((main_db, user_db, topic): &'static State, order: Order) -> Result<Report, runtime::Error> {
    let audit = Audit {
        main_db,
        user_db,
        topic,
        settle: Duration::from_secs(order.settle_s),
        repair: order.repair,
    };
    let report = match order.marathon_id {
        Some(race) => audit.one_race(race).await?,
        None => audit.everything().await?,
    };
    metrics::audited(report.differences.values().sum());
    tracing::info!(races = report.races, records = report.records, lines = report.lines, users = report.users, differences = ?report.differences, repaired = report.repaired, "audited");
    Ok(report)
}
