//! Measures how many records and points a second the stages of the pipeline handle, and how many SQL statements a batch
//! takes: `pipeline FOLDER USER_DB_URL`.
//!
//! The binaries in `FOLDER` are handed their events by a Runtime API on this machine. SNS is a stand-in that takes as
//! long as SNS does, so that waiting for it shows; `user_db` is real, with the schema, and empty.

mod events;
mod stage;
mod table;
mod user_db;

use bench::Result;
use bench::sns::Sns;
use events::Series;
use stage::Stage;
use std::path::PathBuf;
use std::time::Duration;
use table::{Subject, as_figure, print_speeds, print_statements, say};
use user_db::UserDb;

/// How long a request to SNS takes from inside its region.
const SNS_LATENCY: Duration = Duration::from_millis(10);
/// Rounds, in each of which everything is measured in turn.
const ROUNDS: u32 = 3;
/// The records of a race.
const RECORDS: usize = 20_000;
/// As many of them as a baseline is measured with.
const SOME: usize = 2_000;
const RECORD: &str = "official-record";
const POINT: &str = "point-increase";

struct Bench {
    folder: PathBuf,
    sns: Sns,
    db: UserDb,
    users: Vec<u64>,
    /// Counts the runs.
    series: u32,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (folder, url) = arguments
        .next()
        .zip(arguments.next())
        .ok_or("usage: pipeline FOLDER USER_DB_URL")?;
    let mut db = UserDb::connect(&url)?;
    let users = db.sign_up(RECORDS)?;
    let mut bench = Bench {
        folder: folder.into(),
        sns: Sns::start(SNS_LATENCY)?,
        db,
        users,
        series: 0,
    };
    let mut subjects = [
        // One request to SNS for each event: as fast as who waits for each answer before the next request.
        Subject::new(RECORD, 10, 1, SOME, true),
        Subject::new(RECORD, 100, 1, RECORDS, false),
        Subject::new(POINT, 1, 1, SOME, true),
        Subject::new(POINT, 1_000, 1, RECORDS, false),
        Subject::new(POINT, 1_000, 4, RECORDS, false),
    ];
    for round in 1..=ROUNDS {
        say(&format!("round {round} of {ROUNDS}"))?;
        for subject in &mut subjects {
            let speed = bench.speed(subject)?;
            subject.speeds.push(speed);
        }
    }
    print_speeds(&subjects, ROUNDS, SNS_LATENCY)?;
    bench.count_statements()
}

impl Bench {
    /// Records or messages a second.
    fn speed(&mut self, subject: &Subject) -> Result<f64> {
        let first = self.events(subject.stage, subject.processes * 10, 10)?;
        let mut stage = Stage::start(&self.folder.join(subject.stage), &self.variables(), first)?;
        let events = self.events(subject.stage, subject.count, subject.batch)?;
        let before = self.handled(subject.stage)?;
        let time = stage.handle(&events)?;
        let handled = self.handled(subject.stage)? - before;
        if handled != subject.count {
            return Err(format!("{} of {} arrived", handled, subject.count).into());
        }
        Ok(as_figure(handled) / time.as_secs_f64())
    }

    fn variables(&self) -> [(&'static str, String); 2] {
        [
            ("AWS_ENDPOINT_URL", self.sns.url.clone()),
            ("USER_DB_URL", self.db.url.clone()),
        ]
    }

    /// New events.
    fn events(&mut self, stage: &str, count: usize, batch: usize) -> Result<Vec<Vec<u8>>> {
        self.series += 1;
        let series = Series(self.series);
        if stage == RECORD {
            events::of_stream(series, count, batch)
        } else {
            events::of_queue(series, &self.users[..count], batch)
        }
    }

    /// How many awards have left a stage so far.
    fn handled(&mut self, stage: &str) -> Result<usize> {
        if stage == RECORD {
            Ok(self.sns.awards())
        } else {
            self.db.awards()
        }
    }

    /// Counts the statements of a batch at the server, so that none is overlooked.
    fn count_statements(&mut self) -> Result<()> {
        let sizes = [1, 10, 100, 1_000];
        let first = self.events(POINT, 10, 10)?;
        let mut stage = Stage::start(&self.folder.join(POINT), &self.variables(), first)?;
        let own = self.statements_of(|| Ok(()))?;
        let mut counts = Vec::new();
        for size in sizes {
            let events = self.events(POINT, size, size)?;
            counts.push(self.statements_of(|| stage.handle(&events).map(drop))? - own);
        }
        print_statements(&sizes, &counts)
    }

    fn statements_of(&mut self, work: impl FnOnce() -> Result<()>) -> Result<usize> {
        let before = self.db.statements()?;
        work()?;
        Ok(self.db.statements()? - before)
    }
}
