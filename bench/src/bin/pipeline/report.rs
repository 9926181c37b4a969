//! Prints throughput and statement counts.

use bench::Result;
use bench::stats::median;
use std::io::Write;
use std::time::Duration;

/// A stage with a batch size and a number of processes.
pub struct Scenario {
    pub stage: &'static str,
    /// Records or messages in one event.
    pub batch_size: usize,
    pub processes: usize,
    /// Records or messages in one round.
    pub record_count: usize,
    /// Whether the stage's other scenarios are compared with this one.
    is_baseline: bool,
    /// Records or messages per second, by round.
    pub throughputs: Vec<f64>,
}

impl Scenario {
    pub const fn new(stage: &'static str, batch_size: usize, processes: usize, record_count: usize) -> Self {
        Self {
            stage,
            batch_size,
            processes,
            record_count,
            is_baseline: false,
            throughputs: Vec::new(),
        }
    }

    pub const fn baseline(stage: &'static str, batch_size: usize, processes: usize, record_count: usize) -> Self {
        let mut scenario = Self::new(stage, batch_size, processes, record_count);
        scenario.is_baseline = true;
        scenario
    }
}

pub fn print_throughput(scenarios: &[Scenario], rounds: u32, sns_latency: Duration) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<28} {:>9} {:>13} {:>9} {:>7}",
        "stage", "batch", "processes", "per s", "ratio"
    )?;
    for scenario in scenarios {
        let baseline = scenarios
            .iter()
            .find(|other| other.is_baseline && other.stage == scenario.stage)
            .ok_or("a stage has no baseline")?;
        // By round, because the machine's speed may change between rounds.
        let pairs = scenario.throughputs.iter().zip(&baseline.throughputs);
        let ratio = median(pairs.map(|(throughput, baseline)| throughput / baseline));
        writeln!(
            out,
            "{:<28} {:>9} {:>13} {:>9.0} {ratio:>7.1}",
            scenario.stage,
            format_count(scenario.batch_size),
            scenario.processes,
            median(scenario.throughputs.iter().copied()),
        )?;
    }
    writeln!(
        out,
        "per s: records or messages, median of {rounds} interleaved rounds; ratio: to the stage's first line"
    )?;
    writeln!(
        out,
        "latency of SNS: {} ms; in batches of 10, official-record sends one request at a time; point-increase \
         publishes once per batch",
        sns_latency.as_millis()
    )?;
    Ok(())
}

pub fn print_statement_counts(batch_sizes: &[usize], counts: &[usize]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{:<28} {}", "batch", format_columns(batch_sizes))?;
    writeln!(out, "{:<28} {}", "SQL statements", format_columns(counts))?;
    writeln!(
        out,
        "counted by the server; includes BEGIN, COMMIT and the check that the connection is to a writer"
    )?;
    Ok(())
}

pub fn print_line(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn format_columns(numbers: &[usize]) -> String {
    let columns: Vec<_> = numbers
        .iter()
        .map(|number| format!("{:>9}", format_count(*number)))
        .collect();
    columns.concat()
}

/// With thousands separators: 20,000.
fn format_count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (position, digit) in digits.char_indices() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_thousands_separators() {
        assert_eq!(
            [7, 999, 1_000, 20_000, 1_234_567].map(format_count),
            ["7", "999", "1,000", "20,000", "1,234,567"]
        );
    }
}
