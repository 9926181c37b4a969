//! The law of the pipeline: whatever happens to the results of a race, and however the news of it travel, the ledger
//! says in the end what the results are worth, and what it said on the way was never wrong.
//!
//! A history of results goes through the domain, becomes the records of a stream, and from there the messages of a queue
//! that reach `user_db`. On both ways batches are split, fail, come again and overtake each other, answers are lost and
//! connections die. A [`model`] that knows none of this code says what has to come out.
//!
//! `PROPTEST_CASES` sets the number of histories; `make nightly` tries 10,000. `PROPTEST_RNG_SEED` repeats a run.

mod deed;
mod ledger;
mod model;
mod office;
mod queue;
mod stream;
mod tally;
mod wire;

use deed::{Deed, Owner};
use end_to_end::Stack;
use ledger::Ledger;
use office::Office;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use queue::Queue;
use shared::user_db::UserDb;
use sqlx::MySqlPool;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use std::cell::Cell;
use std::time::{Duration, Instant};
use tally::Tally;
use uuid::Uuid;
use wire::Wire;

/// How often a run says how far it is.
const PROGRESS: Duration = Duration::from_secs(10);
/// How long it may look for a shorter history that fails too, in ms.
const SHRINKING_MS: u32 = 120_000;

/// What happens to the results, and what goes wrong on the way of the news.
#[derive(Debug, Clone)]
struct Story {
    history: Vec<Deed>,
    stream: Vec<stream::Invocation>,
    queue: Vec<queue::Invocation>,
    rest: queue::Rest,
}

fn story() -> impl Strategy<Value = Story> {
    let history = proptest::collection::vec(deed::deed(), 1..24);
    let stream = proptest::collection::vec(stream::invocation(), 0..6);
    let queue = proptest::collection::vec(queue::invocation(), 0..7);
    (history, stream, queue, queue::rest()).prop_map(|(history, stream, queue, rest)| Story {
        history,
        stream,
        queue,
        rest,
    })
}

/// A story that takes every statement there is, and in which nothing goes wrong.
fn uneventful() -> Story {
    Story {
        history: vec![Deed::Enter {
            bib: 0,
            owner: Owner::Runner(0),
            status: "finished",
        }],
        stream: Vec::new(),
        queue: Vec::new(),
        rest: queue::Rest::default(),
    }
}

/// What all histories share: connecting takes longer than a history does.
struct Site {
    /// Past the wire.
    pool: MySqlPool,
    wire: Wire,
    /// Over the wire.
    db: UserDb,
    tally: Tally,
}

impl Site {
    async fn open() -> Self {
        let address: MySqlConnectOptions = Stack::get().user_db.parse().unwrap();
        let pool = MySqlPoolOptions::new()
            .max_connections(2)
            .connect_lazy_with(address.clone());
        let upstream = (address.get_host().to_owned(), address.get_port());
        let wire = Wire::lay(upstream, pool.clone()).await.unwrap();
        let db = UserDb::new(address.host("127.0.0.1").port(wire.address.port()));
        Self {
            pool,
            wire,
            db,
            tally: Tally::default(),
        }
    }

    /// Lets a story happen, on a connection that does not remember the cuts of the one before, so that it fails again
    /// when it is told again.
    async fn tell(&self, story: &Story) -> Result<(), TestCaseError> {
        if self.wire.was_cut() {
            self.check(&uneventful()).await?;
        }
        self.check(story).await
    }

    /// Lets a story happen and holds the ledger against the model.
    async fn check(&self, story: &Story) -> Result<(), TestCaseError> {
        let ledger = Ledger::open(&self.pool).await.map_err(ledger::failed)?;
        let records = Office::new(ledger.marathon_id, ledger.runners.clone()).stream_of(&story.history);
        let messages = stream::publish(&records, &story.stream)?;
        Tally::add(&self.tally.records, records.len());
        Tally::add(&self.tally.messages, messages.len());
        let mut queue = Queue::new(&self.db, &self.wire, &self.tally, &messages);
        for invocation in &story.queue {
            queue.invoke(invocation).await?;
            ledger.check_always(&queue.told).await?;
        }
        for batch in queue.rest(&story.rest) {
            queue.hand_out(&batch, None).await?;
            ledger.check_always(&queue.told).await?;
        }
        // Only what nobody can handle is left (I4).
        for event in queue.waiting() {
            prop_assert!(!ledger.runners.contains(&event.user_id), "I4: {:?}", event);
        }
        prop_assert_eq!(&queue.told_in_vain, &Vec::<String>::new(), "I5: old news");
        ledger
            .check_in_the_end(&model::worth(&story.history), &queue.told)
            .await
    }
}

#[test]
fn the_ledger_says_what_the_results_are_worth_however_the_news_travel() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let site = runtime.block_on(Site::open());
    let config = config();
    let (cases, seed) = (config.cases, config.rng_seed);
    let (said, failed) = (Cell::new(Instant::now()), Cell::new(None));
    let mut runner = TestRunner::new(config);
    let result = runner.run(&story(), |story| {
        if said.get().elapsed() >= PROGRESS {
            said.set(Instant::now());
            say(&format!("{} of {cases} histories", site.tally.histories.get()));
        }
        Tally::add(&site.tally.histories, 1);
        let checked = runtime.block_on(site.tell(&story));
        if checked.is_err() && failed.get().is_none() {
            failed.set(Some(site.tally.histories.get()));
        }
        checked
    });
    say(&site.tally.to_string());
    if let Err(error) = result {
        let number = failed.get().unwrap_or_default();
        panic!("history {number} of PROPTEST_RNG_SEED={seed}: {error}");
    }
}

/// As the environment wants it, and otherwise so that a failure can be repeated: by a seed that it names, and not by a
/// file beside the sources, for the seed brings back all that the file would.
fn config() -> ProptestConfig {
    let mut config = ProptestConfig {
        failure_persistence: None,
        max_shrink_time: SHRINKING_MS,
        ..ProptestConfig::default()
    };
    if config.rng_seed == RngSeed::Random {
        let (_, random) = Uuid::now_v7().as_u64_pair();
        config.rng_seed = RngSeed::Fixed(random);
    }
    config
}

#[expect(
    clippy::print_stderr,
    reason = "shown when the test fails, or when somebody asked for it"
)]
fn say(line: &str) {
    eprintln!("{line}");
}
