//! Measures functions from spawn to their first `/next`, the moment at which Lambda may hand them an event, and prints
//! each next to the baseline of the same round: `cold-start FOLDER FUNCTION...`.

use bench::figures::median;
use bench::{Result, function};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

/// Rounds that count, after one that warms the page cache.
const ROUNDS: usize = 40;
const BASELINE: &str = "bare";

/// One start of a function.
#[derive(Clone, Copy)]
struct Start {
    /// From spawn to the first `/next`.
    time: Duration,
    /// Resident memory at that moment, in KiB.
    resident_kib: u64,
}

struct Subject {
    name: String,
    path: PathBuf,
    starts: Vec<Start>,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: cold-start FOLDER FUNCTION...")?);
    let names = std::iter::once(BASELINE.to_owned()).chain(arguments);
    let mut subjects: Vec<_> = names
        .map(|name| Subject {
            path: folder.join(&name),
            name,
            starts: Vec::new(),
        })
        .collect();
    for round in 0..=ROUNDS {
        for subject in &mut subjects {
            let start = start(&subject.path)?;
            if round > 0 {
                subject.starts.push(start);
            }
        }
    }
    print(&subjects)
}

/// Starts a function and ends it again once it asks for its first event.
fn start(binary: &Path) -> Result<Start> {
    let runtime_api = TcpListener::bind("127.0.0.1:0")?;
    let mut command = function::command(binary, &runtime_api.local_addr()?.to_string());
    let spawned = Instant::now();
    let mut function = command
        .spawn()
        .map_err(|error| format!("{}: {error}", binary.display()))?;
    let asked = wait_for_next(&runtime_api);
    let time = spawned.elapsed();
    let resident_kib = resident_kib(&function);
    function.kill()?;
    function.wait()?;
    drop(asked?);
    Ok(Start {
        time,
        resident_kib: resident_kib?,
    })
}

/// The connection on which a function has asked for its first event, and which it would miss.
fn wait_for_next(runtime_api: &TcpListener) -> Result<TcpStream> {
    let (mut connection, _) = runtime_api.accept()?;
    let mut request = [0; 64];
    let length = connection.read(&mut request)?;
    if request[..length].starts_with(b"GET /2018-06-01/runtime/invocation/next") {
        Ok(connection)
    } else {
        Err(format!(
            "asked for something else first: {}",
            String::from_utf8_lossy(&request[..length])
        )
        .into())
    }
}

fn resident_kib(process: &Child) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id()))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn print(subjects: &[Subject]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<28} {:>9} {:>13} {:>7} {:>12}",
        "function", "size/MB", "start/ms", "ratio", "resident/MB"
    )?;
    let baseline = &subjects.first().ok_or("nothing to measure")?.starts;
    for subject in subjects {
        let size = std::fs::metadata(&subject.path)?.len() as f64 / 1e6;
        let time = median(subject.starts.iter().map(|start| start.time.as_secs_f64() * 1e3));
        // Pair by pair, so that a machine whose speed drifts does not tilt the ratio.
        let pairs = subject.starts.iter().zip(baseline);
        let ratio = median(pairs.map(|(start, bare)| start.time.as_secs_f64() / bare.time.as_secs_f64()));
        let resident = median(
            subject
                .starts
                .iter()
                .map(|start| start.resident_kib as f64 * 1024.0 / 1e6),
        );
        writeln!(
            out,
            "{:<28} {size:>9.2} {time:>13.2} {ratio:>7.2} {resident:>12.1}",
            subject.name
        )?;
    }
    writeln!(
        out,
        "medians of {ROUNDS} starts each, taken in turn; start: spawn to the first /next"
    )?;
    Ok(())
}
