//! The report of a race, as text.

use crate::phase::PhaseSummary;
use crate::points_poller::PointsTiming;
use crate::verify::Mismatch;
use std::fmt;
use std::time::Duration;

/// How many mismatches are printed.
const MAX_MISMATCHES: usize = 20;

#[derive(Debug)]
pub struct RaceReport {
    pub marathon_id: String,
    pub runner_count: u32,
    pub phases: Vec<PhaseSummary>,
    pub timing: PointsTiming,
    pub mismatches: Vec<Mismatch>,
}

impl fmt::Display for RaceReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "\n{:<16} {:>7} {:>8} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
            "phase", "done", "requests", "retries", "time", "per s", "p50", "p90", "p99", "max"
        )?;
        for phase in &self.phases {
            write_phase(out, phase)?;
        }
        writeln!(out)?;
        write_timing(out, &self.timing, self.runner_count)?;
        write_verification(out, self)
    }
}

fn write_phase(out: &mut fmt::Formatter<'_>, phase: &PhaseSummary) -> fmt::Result {
    let PhaseSummary {
        name,
        completed,
        retries,
        duration,
        latencies,
    } = phase;
    write!(
        out,
        "{name:<16} {completed:>7} {:>8} {retries:>7} {:>9} {:>9}",
        latencies.count(),
        format_duration(*duration),
        format_rate(*completed, *duration)
    )?;
    for latency in [
        latencies.percentile(50),
        latencies.percentile(90),
        latencies.percentile(99),
        latencies.max(),
    ] {
        write!(out, " {:>9}", latency.map_or_else(|| "-".to_owned(), format_duration))?;
    }
    writeln!(out)
}

fn write_timing(out: &mut fmt::Formatter<'_>, timing: &PointsTiming, runner_count: u32) -> fmt::Result {
    let PointsTiming {
        entry_duration,
        latencies,
        last_latency,
        poll_interval,
    } = timing;
    writeln!(
        out,
        "results entered: {runner_count} in {}, {} per second",
        format_duration(*entry_duration),
        format_rate(runner_count, *entry_duration)
    )?;
    writeln!(out, "runners with points: {} of {runner_count}", latencies.count())?;
    if let (Some(p50), Some(p90), Some(p99), Some(max)) = (
        latencies.percentile(50),
        latencies.percentile(90),
        latencies.percentile(99),
        latencies.max(),
    ) {
        let [p50, p90, p99, max, interval] = [p50, p90, p99, max, *poll_interval].map(format_duration);
        writeln!(
            out,
            "latency from result to points: p50 {p50}, p90 {p90}, p99 {p99}, max {max} (polled every {interval})"
        )?;
    }
    match last_latency {
        Some(latency) => writeln!(
            out,
            "latency from last result to last points: {}",
            format_duration(*latency)
        ),
        None => Ok(()),
    }
}

fn write_verification(out: &mut fmt::Formatter<'_>, report: &RaceReport) -> fmt::Result {
    let RaceReport {
        marathon_id,
        runner_count,
        mismatches,
        ..
    } = report;
    if mismatches.is_empty() {
        return writeln!(
            out,
            "verified: race {marathon_id} has the results of all {runner_count} runners, and each got their points \
             exactly once"
        );
    }
    writeln!(out, "\nmismatches in race {marathon_id}: {}", mismatches.len())?;
    for Mismatch {
        subject,
        expected,
        actual,
    } in mismatches.iter().take(MAX_MISMATCHES)
    {
        writeln!(out, "- {subject}\n    expected {expected}\n    actual   {actual}")?;
    }
    match mismatches.len().saturating_sub(MAX_MISMATCHES) {
        0 => Ok(()),
        more => writeln!(out, "and {more} more"),
    }
}

/// Rounded to at most three significant digits.
fn format_duration(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1e3;
    match ms {
        ..10.0 => format!("{ms:.2} ms"),
        ..1_000.0 => format!("{ms:.0} ms"),
        ..100_000.0 => format!("{:.2} s", ms / 1e3),
        _ => format!("{:.0} s", ms / 1e3),
    }
}

/// Items per second.
fn format_rate(count: u32, duration: Duration) -> String {
    if duration.is_zero() {
        return "-".to_owned();
    }
    format!("{:.1}", f64::from(count) / duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latencies::Latencies;

    fn latencies_of_ms(values: &[u64]) -> Latencies {
        values
            .iter()
            .copied()
            .map(Duration::from_millis)
            .collect::<Vec<_>>()
            .into()
    }

    fn report(mismatches: Vec<Mismatch>) -> RaceReport {
        RaceReport {
            marathon_id: "0190".to_owned(),
            runner_count: 4,
            phases: vec![PhaseSummary {
                name: "sign up",
                completed: 4,
                retries: 1,
                duration: Duration::from_millis(1_600),
                latencies: latencies_of_ms(&[90, 100, 110, 120, 1_200]),
            }],
            timing: PointsTiming {
                entry_duration: Duration::from_secs(2),
                latencies: latencies_of_ms(&[400, 500, 600, 1_700]),
                last_latency: Some(Duration::from_millis(750)),
                poll_interval: Duration::from_millis(1_040),
            },
            mismatches,
        }
    }

    #[test]
    fn prints_phases_latencies_and_verification() {
        let lines = [
            "",
            "phase               done requests retries      time     per s       p50       p90       p99       max",
            "sign up                4        5       1    1.60 s       2.5    110 ms    1.20 s    1.20 s    1.20 s",
            "",
            "results entered: 4 in 2.00 s, 2.0 per second",
            "runners with points: 4 of 4",
            "latency from result to points: p50 500 ms, p90 1.70 s, p99 1.70 s, max 1.70 s (polled every 1.04 s)",
            "latency from last result to last points: 750 ms",
            "verified: race 0190 has the results of all 4 runners, and each got their points exactly once",
        ];
        assert_eq!(report(Vec::new()).to_string().lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn prints_limited_number_of_mismatches() {
        let mismatch = |bib: usize| Mismatch {
            subject: format!("bib {bib}"),
            expected: "total 10".to_owned(),
            actual: "total 20".to_owned(),
        };
        let report = report((1..=22).map(mismatch).collect()).to_string();
        assert!(
            report.contains("mismatches in race 0190: 22\n- bib 1\n    expected total 10\n    actual   total 20\n")
        );
        assert!(report.contains("- bib 20\n") && !report.contains("- bib 21\n"));
        assert!(report.ends_with("and 2 more\n"), "{report}");
    }

    #[test]
    fn durations_have_three_digits() {
        for (us, text) in [
            (0, "0.00 ms"),
            (9_994, "9.99 ms"),
            (12_345, "12 ms"),
            (1_234_567, "1.23 s"),
            (123_456_789, "123 s"),
        ] {
            assert_eq!(format_duration(Duration::from_micros(us)), text);
        }
    }
}
