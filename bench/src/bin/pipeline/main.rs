//! Measures the throughput of two pipeline stages and the SQL statements of a batch: `pipeline FOLDER USER_DB_URL`.
//!
//! `FOLDER` has the binaries of the stages. They get their events from a Runtime API on this machine and publish to a
//! fake SNS with a realistic latency. `user_db` is a real database: migrated and empty.

mod events;
mod function_pool;
mod report;
mod user_db;

use bench::Result;
use bench::fake_sns::FakeSns;
use events::RunId;
use function_pool::FunctionPool;
use report::{Scenario, print_line, print_statement_counts, print_throughput};
use std::path::PathBuf;
use std::time::Duration;
use user_db::UserDb;

/// A request to SNS from the same region.
const SNS_LATENCY: Duration = Duration::from_millis(10);
/// Each round measures every scenario once.
const ROUNDS: u32 = 3;
/// The finishers of a large race.
const RECORD_COUNT: usize = 20_000;
/// Baselines are slower and get fewer records.
const BASELINE_RECORD_COUNT: usize = 2_000;
/// Handled before measuring, so that connections are open.
const WARM_UP_BATCH: usize = 10;
const OFFICIAL_RECORD: &str = "official-record";
const POINT_INCREASE: &str = "point-increase";

struct Bench {
    folder: PathBuf,
    sns: FakeSns,
    db: UserDb,
    user_ids: Vec<u64>,
    run_count: u32,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (folder, url) = arguments
        .next()
        .zip(arguments.next())
        .ok_or("usage: pipeline FOLDER USER_DB_URL")?;
    let mut db = UserDb::connect(&url)?;
    let user_ids = db.insert_runners(RECORD_COUNT)?;
    let mut bench = Bench {
        folder: folder.into(),
        sns: FakeSns::start(SNS_LATENCY)?,
        db,
        user_ids,
        run_count: 0,
    };
    let mut scenarios = [
        // A batch of 10 is one request to SNS, so this baseline never publishes concurrently.
        Scenario::baseline(OFFICIAL_RECORD, 10, 1, BASELINE_RECORD_COUNT),
        Scenario::new(OFFICIAL_RECORD, 100, 1, RECORD_COUNT),
        Scenario::baseline(POINT_INCREASE, 1, 1, BASELINE_RECORD_COUNT),
        Scenario::new(POINT_INCREASE, 1_000, 1, RECORD_COUNT),
        Scenario::new(POINT_INCREASE, 1_000, 4, RECORD_COUNT),
    ];
    for round in 1..=ROUNDS {
        print_line(&format!("round {round} of {ROUNDS}"))?;
        for scenario in &mut scenarios {
            let throughput = bench.measure_throughput(scenario)?;
            scenario.throughputs.push(throughput);
        }
    }
    print_throughput(&scenarios, ROUNDS, SNS_LATENCY)?;
    bench.count_statements()
}

impl Bench {
    /// Records or messages per second.
    fn measure_throughput(&mut self, scenario: &Scenario) -> Result<f64> {
        let stage = scenario.stage;
        let mut pool = self.start_pool(stage, scenario.processes)?;
        let events = self.create_events(stage, scenario.record_count, scenario.batch_size)?;
        let awards_before = self.award_count(stage)?;
        let duration = pool.handle_all(&events)?;
        let handled = self.award_count(stage)? - awards_before;
        if handled != scenario.record_count {
            return Err(format!("{stage} handled {handled} of {} records", scenario.record_count).into());
        }
        Ok(f64::from(u32::try_from(handled)?) / duration.as_secs_f64())
    }

    fn start_pool(&mut self, stage: &str, processes: usize) -> Result<FunctionPool> {
        let warm_up = self.create_events(stage, processes * WARM_UP_BATCH, WARM_UP_BATCH)?;
        let variables = [
            ("AWS_ENDPOINT_URL", self.sns.url.clone()),
            ("USER_DB_URL", self.db.url.clone()),
        ];
        FunctionPool::start(&self.folder.join(stage), &variables, warm_up)
    }

    fn create_events(&mut self, stage: &str, record_count: usize, batch_size: usize) -> Result<Vec<Vec<u8>>> {
        self.run_count += 1;
        let run_id = RunId(self.run_count);
        if stage == OFFICIAL_RECORD {
            events::stream_events(run_id, record_count, batch_size)
        } else {
            events::queue_events(run_id, &self.user_ids[..record_count], batch_size)
        }
    }

    /// The number of awards that the stage has published or written so far.
    fn award_count(&mut self, stage: &str) -> Result<usize> {
        if stage == OFFICIAL_RECORD {
            Ok(self.sns.award_count())
        } else {
            self.db.award_count()
        }
    }

    /// Counts the statements at the server, which includes those of the driver.
    fn count_statements(&mut self) -> Result<()> {
        let batch_sizes = [1, 10, 100, 1_000];
        let mut pool = self.start_pool(POINT_INCREASE, 1)?;
        let overhead = self.statements_during(|| Ok(()))?;
        let mut counts = Vec::new();
        for batch_size in batch_sizes {
            let events = self.create_events(POINT_INCREASE, batch_size, batch_size)?;
            counts.push(self.statements_during(|| pool.handle_all(&events).map(drop))? - overhead);
        }
        print_statement_counts(&batch_sizes, &counts)
    }

    fn statements_during(&mut self, work: impl FnOnce() -> Result<()>) -> Result<usize> {
        let before = self.db.statement_count()?;
        work()?;
        Ok(self.db.statement_count()? - before)
    }
}
