//! Compares records, ledger and totals, daily and when invoked with `{}`, `{"repair": true}` or `{"marathon_id": "…"}`. Logs
//! each difference, and counts them in a metric.

use pipeline::{Audit, Report};
use serde::Deserialize;
use shared::config::{ConfigError, FromEnv};
use shared::domain::id::MarathonId;
use shared::main_db::MainDb;
use shared::pipeline::topic::Topic;
use shared::user_db::{ConnectWait, UserDb};
use shared::{metrics, runtime};
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::Error> {
    runtime::job(handle).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Request {
    /// Limits the audit to one race.
    marathon_id: Option<MarathonId>,
    /// Whether to repair differences.
    repair: bool,
    /// How long events in transit between the stores may take, in seconds.
    settle_s: u64,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            marathon_id: None,
            repair: false,
            settle_s: 30,
        }
    }
}

struct State {
    main_db: MainDb,
    user_db: UserDb,
    topic: Topic,
}

impl FromEnv for State {
    fn from_env() -> Result<Self, ConfigError> {
        Ok(Self {
            main_db: MainDb::from_env()?,
            user_db: UserDb::from_env_with(ConnectWait::Job)?,
            topic: Topic::from_env()?,
        })
    }
}

async fn handle(state: &'static State, request: Request) -> Result<Report, runtime::Error> {
    let audit = Audit {
        main_db: &state.main_db,
        user_db: &state.user_db,
        topic: &state.topic,
        settle: Duration::from_secs(request.settle_s),
        repair: request.repair,
    };
    let report = match request.marathon_id {
        Some(race) => audit.audit_race(race).await?,
        None => audit.audit_all().await?,
    };
    metrics::audited(report.differences.values().sum());
    tracing::info!(races = report.races, records = report.records, entries = report.entries, users = report.users, differences = ?report.differences, repaired = report.repaired, "audited");
    Ok(report)
}
