//! Processes of one function that handle events concurrently, like Lambda's execution environments.

use bench::Result;
use bench::function_process::FunctionProcess;
use serde_json::Value;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

pub struct FunctionPool {
    processes: Vec<FunctionProcess>,
}

impl FunctionPool {
    /// Starts one process for each of the `warm_up` events, and has it handle the event.
    pub fn start(
        binary: &Path,
        variables: &[(&'static str, String)],
        warm_up: impl IntoIterator<Item = Vec<u8>>,
    ) -> Result<Self> {
        let processes = warm_up.into_iter().map(|event| {
            let mut process = FunctionProcess::start(binary, variables)?;
            invoke(&mut process, event)?;
            Ok(process)
        });
        Ok(Self {
            processes: processes.collect::<Result<_>>()?,
        })
    }

    /// Distributes the events over the processes, one at a time to each. Returns how long it took.
    pub fn handle_all(&mut self, events: &[Vec<u8>]) -> Result<Duration> {
        let next_event = AtomicUsize::new(0);
        let work = |process: &mut FunctionProcess| {
            while let Some(event) = events.get(next_event.fetch_add(1, Ordering::Relaxed)) {
                invoke(process, event.clone())?;
            }
            Ok(())
        };
        let started = Instant::now();
        thread::scope(|scope| {
            // Collected, so that all threads start before the first join.
            let threads: Vec<_> = self
                .processes
                .iter_mut()
                .map(|process| scope.spawn(move || work(process)))
                .collect();
            threads
                .into_iter()
                .try_for_each(|thread| thread.join().map_err(|_| "a thread panicked")?)
        })
        .map(|()| started.elapsed())
    }
}

/// Fails if the response reports batch item failures.
fn invoke(process: &mut FunctionProcess, event: Vec<u8>) -> Result<()> {
    let response: Value = serde_json::from_slice(&process.invoke(event)?)?;
    match response["batchItemFailures"].as_array() {
        Some(failures) if failures.is_empty() => Ok(()),
        _ => Err(format!("batch item failures: {response}").into()),
    }
}
