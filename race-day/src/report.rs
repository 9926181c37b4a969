//! The report for people.

use crate::landing::Landing;
use crate::race::Played;
use crate::step::Summary;
use std::fmt;
use std::time::Duration;

/// How many differences are told in full.
const MOST_DIFFERENCES: usize = 20;

impl fmt::Display for Played {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "\n{:<16} {:>7} {:>8} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
            "step", "done", "requests", "retried", "time", "per s", "p50", "p90", "p99", "max"
        )?;
        for step in &self.steps {
            write_step(out, step)?;
        }
        writeln!(out)?;
        write_landing(out, &self.landing, self.runners)?;
        write_verdict(out, self)
    }
}

fn write_step(out: &mut fmt::Formatter<'_>, step: &Summary) -> fmt::Result {
    let Summary {
        name,
        done,
        retried,
        duration,
        latencies,
    } = step;
    write!(
        out,
        "{name:<16} {done:>7} {:>8} {retried:>7} {:>9} {:>9}",
        latencies.count(),
        brief(*duration),
        per_second(*done, *duration)
    )?;
    for latency in [
        latencies.percentile(50),
        latencies.percentile(90),
        latencies.percentile(99),
        latencies.max(),
    ] {
        write!(out, " {:>9}", latency.map_or_else(|| "-".to_owned(), brief))?;
    }
    writeln!(out)
}

fn write_landing(out: &mut fmt::Formatter<'_>, landing: &Landing, runners: usize) -> fmt::Result {
    let Landing {
        entering,
        latencies,
        after_last,
        polled_every,
    } = landing;
    let count = u32::try_from(runners).unwrap_or(u32::MAX);
    writeln!(
        out,
        "results entered: {runners} in {}, {} per second",
        brief(*entering),
        per_second(count, *entering)
    )?;
    writeln!(out, "points landed: {} of {runners}", latencies.count())?;
    if let (Some(p50), Some(p90), Some(p99), Some(max)) = (
        latencies.percentile(50),
        latencies.percentile(90),
        latencies.percentile(99),
        latencies.max(),
    ) {
        let [p50, p90, p99, max, apart] = [p50, p90, p99, max, *polled_every].map(brief);
        writeln!(
            out,
            "from a result to its points: p50 {p50}, p90 {p90}, p99 {p99}, max {max} (seen by polls {apart} apart)"
        )?;
    }
    match after_last {
        Some(after) => writeln!(out, "from the last result to the last points: {}", brief(*after)),
        None => Ok(()),
    }
}

fn write_verdict(out: &mut fmt::Formatter<'_>, played: &Played) -> fmt::Result {
    let Played {
        marathon_id,
        runners,
        differences,
        ..
    } = played;
    if differences.is_empty() {
        return writeln!(
            out,
            "checked: each of {runners} runners of race {marathon_id} has the points once, and the result"
        );
    }
    writeln!(out, "\nrace {marathon_id} is not as it should be:")?;
    for difference in differences.iter().take(MOST_DIFFERENCES) {
        let crate::verify::Difference { who, expected, got } = difference;
        writeln!(out, "- {who}\n    expected {expected}\n    got      {got}")?;
    }
    match differences.len().saturating_sub(MOST_DIFFERENCES) {
        0 => Ok(()),
        more => writeln!(out, "and {more} more differences"),
    }
}

/// A duration with three digits or so.
fn brief(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1e3;
    match ms {
        ..10.0 => format!("{ms:.2} ms"),
        ..1_000.0 => format!("{ms:.0} ms"),
        ..100_000.0 => format!("{:.2} s", ms / 1e3),
        _ => format!("{:.0} s", ms / 1e3),
    }
}

fn per_second(count: u32, duration: Duration) -> String {
    if duration.is_zero() {
        return "-".to_owned();
    }
    format!("{:.1}", f64::from(count) / duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step::Latencies;
    use crate::verify::Difference;

    fn milliseconds(values: &[u64]) -> Latencies {
        values
            .iter()
            .copied()
            .map(Duration::from_millis)
            .collect::<Vec<_>>()
            .into()
    }

    fn played(differences: Vec<Difference>) -> Played {
        Played {
            marathon_id: "0190".to_owned(),
            runners: 4,
            steps: vec![Summary {
                name: "sign up",
                done: 4,
                retried: 1,
                duration: Duration::from_millis(1_600),
                latencies: milliseconds(&[90, 100, 110, 120, 1_200]),
            }],
            landing: Landing {
                entering: Duration::from_secs(2),
                latencies: milliseconds(&[400, 500, 600, 1_700]),
                after_last: Some(Duration::from_millis(750)),
                polled_every: Duration::from_millis(1_040),
            },
            differences,
        }
    }

    #[test]
    fn a_race_that_went_well() {
        let lines = [
            "",
            "step                done requests retried      time     per s       p50       p90       p99       max",
            "sign up                4        5       1    1.60 s       2.5    110 ms    1.20 s    1.20 s    1.20 s",
            "",
            "results entered: 4 in 2.00 s, 2.0 per second",
            "points landed: 4 of 4",
            "from a result to its points: p50 500 ms, p90 1.70 s, p99 1.70 s, max 1.70 s (seen by polls 1.04 s apart)",
            "from the last result to the last points: 750 ms",
            "checked: each of 4 runners of race 0190 has the points once, and the result",
        ];
        assert_eq!(played(Vec::new()).to_string().lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn differences_are_told_up_to_a_number() {
        let difference = |bib: usize| Difference {
            who: format!("bib {bib}"),
            expected: "a total of 10".to_owned(),
            got: "a total of 20".to_owned(),
        };
        let report = played((1..=22).map(difference).collect()).to_string();
        assert!(report.contains(
            "race 0190 is not as it should be:\n- bib 1\n    expected a total of 10\n    got      a total of 20\n"
        ));
        assert!(report.contains("- bib 20\n") && !report.contains("- bib 21\n"));
        assert!(report.ends_with("and 2 more differences\n"), "{report}");
    }

    #[test]
    fn durations_are_brief() {
        for (us, text) in [
            (0, "0.00 ms"),
            (9_994, "9.99 ms"),
            (12_345, "12 ms"),
            (1_234_567, "1.23 s"),
            (123_456_789, "123 s"),
        ] {
            assert_eq!(brief(Duration::from_micros(us)), text);
        }
    }
}
