//! A stage of the pipeline at work: its processes, and how long they take.

use bench::Result;
use bench::function::Function;
use serde_json::Value;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Processes of one function, all with their connections open.
pub struct Stage {
    processes: Vec<Function>,
}

impl Stage {
    /// Starts as many processes, and hands each of them one of the events `first`, which nobody measures.
    pub fn start(
        binary: &Path,
        variables: &[(&'static str, String)],
        first: impl IntoIterator<Item = Vec<u8>>,
    ) -> Result<Self> {
        let processes = first.into_iter().map(|event| {
            let mut process = Function::start(binary, variables)?;
            invoke(&mut process, event)?;
            Ok(process)
        });
        Ok(Self {
            processes: processes.collect::<Result<_>>()?,
        })
    }

    /// Hands out all events, to each process the next as soon as it has answered the last, and says how long it took.
    pub fn handle(&mut self, events: &[Vec<u8>]) -> Result<Duration> {
        let next = AtomicUsize::new(0);
        let work = |process: &mut Function| {
            while let Some(event) = events.get(next.fetch_add(1, Ordering::Relaxed)) {
                invoke(process, event.clone())?;
            }
            Ok(())
        };
        let started = Instant::now();
        thread::scope(|scope| {
            // All are started before the first is waited for.
            let workers: Vec<_> = self
                .processes
                .iter_mut()
                .map(|process| scope.spawn(move || work(process)))
                .collect();
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().map_err(|_| "a worker panicked")?)
        })
        .map(|()| started.elapsed())
    }
}

/// Hands a process an event of which nothing may fail.
fn invoke(process: &mut Function, event: Vec<u8>) -> Result<()> {
    let answer: Value = serde_json::from_slice(&process.invoke(event)?)?;
    match answer["batchItemFailures"].as_array() {
        Some(failures) if failures.is_empty() => Ok(()),
        _ => Err(format!("not all was handled: {answer}").into()),
    }
}
