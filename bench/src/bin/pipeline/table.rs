//! What is measured, and the figures of it for people.

use bench::Result;
use bench::figures::{grouped, median};
use std::io::Write;
use std::time::Duration;

/// A way to work whose speed is measured.
pub struct Subject {
    pub stage: &'static str,
    /// Records or messages in an event.
    pub batch: usize,
    pub processes: usize,
    /// Records or messages in all.
    pub count: usize,
    /// Whether the ones of its stage are compared with it.
    pub is_baseline: bool,
    /// Records or messages a second, in each round.
    pub speeds: Vec<f64>,
}

impl Subject {
    pub const fn new(stage: &'static str, batch: usize, processes: usize, count: usize, is_baseline: bool) -> Self {
        Self {
            stage,
            batch,
            processes,
            count,
            is_baseline,
            speeds: Vec::new(),
        }
    }
}

/// The speeds, each next to the baseline of its stage.
pub fn print_speeds(subjects: &[Subject], rounds: u32, sns_latency: Duration) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<28} {:>9} {:>13} {:>9} {:>7}",
        "stage", "batch", "processes", "a second", "ratio"
    )?;
    for subject in subjects {
        let of_stage = |other: &&Subject| other.is_baseline && other.stage == subject.stage;
        let baseline = subjects.iter().find(of_stage).ok_or("a stage without a baseline")?;
        // Round by round, so that a machine whose speed drifts does not tilt the ratio.
        let pairs = subject.speeds.iter().zip(&baseline.speeds);
        let ratio = median(pairs.map(|(speed, base)| speed / base));
        writeln!(
            out,
            "{:<28} {:>9} {:>13} {:>9.0} {ratio:>7.1}",
            subject.stage,
            grouped(subject.batch),
            subject.processes,
            median(subject.speeds.iter().copied()),
        )?;
    }
    writeln!(
        out,
        "a second: records or messages, the median of {rounds} rounds taken in turn; ratio: to the first line of the stage"
    )?;
    writeln!(
        out,
        "SNS takes {} ms for a request; official-record in batches of 10 waits for one at a time, point-increase tells SNS \
         once a batch",
        sns_latency.as_millis()
    )?;
    Ok(())
}

/// How many statements batches of these sizes take.
pub fn print_statements(sizes: &[usize], counts: &[usize]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{:<28} {}", "messages in a batch", columns(sizes))?;
    writeln!(out, "{:<28} {}", "SQL statements for it", columns(counts))?;
    writeln!(
        out,
        "as the server counts them, with BEGIN, COMMIT and the look whether the connection leads to a writer"
    )?;
    Ok(())
}

fn columns(numbers: &[usize]) -> String {
    let columns: Vec<_> = numbers
        .iter()
        .map(|number| format!("{:>9}", grouped(*number)))
        .collect();
    columns.concat()
}

/// A line about how far it is.
pub fn say(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

#[allow(clippy::cast_precision_loss, reason = "a figure for people")]
pub fn as_figure(count: usize) -> f64 {
    count as f64
}
