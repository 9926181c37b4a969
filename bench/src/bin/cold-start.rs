//! Measures the size, init duration and memory of functions, and compares them with a bare function:
//! `cold-start FOLDER FUNCTION...`. `FOLDER` has the binaries.
//!
//! The init duration is the time from spawn to the first request for an event.

use bench::function_process::{self, NEXT_PATH};
use bench::{Result, stats};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

/// One more round comes first and isn't counted: it warms the page cache.
const ROUNDS: usize = 40;
const BASELINE: &str = "bare";

#[derive(Clone, Copy)]
struct ColdStart {
    init: Duration,
    /// Resident memory after init, in KiB.
    memory_kib: u64,
}

struct Function {
    name: String,
    binary: PathBuf,
    cold_starts: Vec<ColdStart>,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: cold-start FOLDER FUNCTION...")?);
    let names = std::iter::once(BASELINE.to_owned()).chain(arguments);
    let mut functions: Vec<_> = names
        .map(|name| Function {
            binary: folder.join(&name),
            name,
            cold_starts: Vec::new(),
        })
        .collect();
    for round in 0..=ROUNDS {
        for function in &mut functions {
            let cold_start = measure_cold_start(&function.binary)?;
            if round > 0 {
                function.cold_starts.push(cold_start);
            }
        }
    }
    print_report(&functions)
}

/// Starts a function and kills it after init.
fn measure_cold_start(binary: &Path) -> Result<ColdStart> {
    let runtime_api = TcpListener::bind("127.0.0.1:0")?;
    let mut command = function_process::command(binary, &runtime_api.local_addr()?.to_string());
    let spawned = Instant::now();
    let mut process = command
        .spawn()
        .map_err(|error| format!("{}: {error}", binary.display()))?;
    let connection = accept_next_request(&runtime_api);
    let init = spawned.elapsed();
    let memory_kib = resident_memory_kib(&process);
    process.kill()?;
    process.wait()?;
    // Held until here: the function may exit when its connection closes, and its memory couldn't be read.
    drop(connection?);
    Ok(ColdStart {
        init,
        memory_kib: memory_kib?,
    })
}

/// The connection on which the function requested its first event.
fn accept_next_request(runtime_api: &TcpListener) -> Result<TcpStream> {
    let (mut connection, _) = runtime_api.accept()?;
    let mut request = [0; 64];
    let length = connection.read(&mut request)?;
    let request = String::from_utf8_lossy(&request[..length]);
    if request.starts_with(&format!("GET {NEXT_PATH}")) {
        Ok(connection)
    } else {
        Err(format!("unexpected first request: {request}").into())
    }
}

fn resident_memory_kib(process: &Child) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id()))?;
    let value = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("no VmRSS in /proc/PID/status")?;
    Ok(value.trim().trim_end_matches(" kB").parse()?)
}

#[allow(clippy::cast_precision_loss, reason = "printed with at most two decimals")]
fn print_report(functions: &[Function]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<28} {:>9} {:>13} {:>7} {:>12}",
        "function", "size/MB", "init/ms", "ratio", "memory/MB"
    )?;
    let baseline = &functions.first().ok_or("no functions")?.cold_starts;
    for function in functions {
        let cold_starts = &function.cold_starts;
        let size = std::fs::metadata(&function.binary)?.len() as f64 / 1e6;
        let init = stats::median(cold_starts.iter().map(|start| start.init.as_secs_f64() * 1e3));
        // By round, because the machine's speed may change between rounds.
        let pairs = cold_starts.iter().zip(baseline);
        let ratio = stats::median(pairs.map(|(start, bare)| start.init.as_secs_f64() / bare.init.as_secs_f64()));
        let memory = stats::median(cold_starts.iter().map(|start| start.memory_kib as f64 * 1024.0 / 1e6));
        writeln!(
            out,
            "{:<28} {size:>9.2} {init:>13.2} {ratio:>7.2} {memory:>12.1}",
            function.name
        )?;
    }
    writeln!(
        out,
        "medians of {ROUNDS} interleaved cold starts; init: from spawn to the first request for an event; ratio: to \
         {BASELINE}"
    )?;
    Ok(())
}
