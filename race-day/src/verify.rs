//! Compares what the API returns after the race with what is expected.

use crate::finish_time::FinishTime;
use crate::queries::{LedgerEntry, ListedRecord};
use crate::runner::Runner;
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The runner, bib or count that is wrong.
    pub subject: String,
    pub expected: String,
    pub actual: String,
}

/// A runner's points after the race.
#[derive(Debug, Clone)]
pub struct RunnerPoints {
    /// The total before the race.
    pub initial_total: i64,
    /// The total after the race.
    pub total: i64,
    /// The ledger entries of this race.
    pub entries: Vec<LedgerEntry>,
}

/// Checks that a runner earned `point` exactly once and nothing else.
pub fn points(runner: &Runner, point: i64, points: &RunnerPoints) -> Option<Mismatch> {
    let expected_total = points.initial_total + point;
    let has_one_award = matches!(points.entries.as_slice(), [entry] if entry.bib == runner.bib && entry.point == point);
    if has_one_award && points.total == expected_total {
        return None;
    }
    let entries = match points.entries.as_slice() {
        [] => "no ledger entry for this race".to_owned(),
        entries => {
            let entries = entries
                .iter()
                .map(|entry| format!("{} for bib {}", entry.point, entry.bib));
            entries.collect::<Vec<_>>().join(" and ")
        }
    };
    Some(Mismatch {
        subject: runner.to_string(),
        expected: format!("total {expected_total} ({point} for bib {})", runner.bib),
        actual: format!("total {} ({entries})", points.total),
    })
}

/// Checks that each runner's result is listed once with the right times and place, that no other results are listed,
/// and that the list is sorted by place.
pub fn records(runners: &[Runner], listed: &[ListedRecord]) -> Vec<Mismatch> {
    let places = places(runners);
    let mut by_bib: BTreeMap<&str, Vec<&ListedRecord>> = BTreeMap::new();
    for record in listed {
        by_bib.entry(&record.bib).or_default().push(record);
    }
    let mut mismatches = Vec::new();
    for runner in runners {
        let place = places.get(&runner.net_time).copied();
        let expected = describe("finished", Some(runner.net_time), Some(runner.gun_time), place);
        let actual = by_bib.remove(runner.bib.as_str()).unwrap_or_default();
        let actual: Vec<_> = actual.into_iter().map(describe_listed).collect();
        if actual != [expected.clone()] {
            let actual = if actual.is_empty() {
                "no result".to_owned()
            } else {
                actual.join(" and ")
            };
            mismatches.push(Mismatch {
                subject: runner.to_string(),
                expected,
                actual,
            });
        }
    }
    for (bib, records) in by_bib {
        let actual = records.into_iter().map(describe_listed).collect::<Vec<_>>();
        mismatches.push(Mismatch {
            subject: format!("bib {bib}"),
            expected: "no result".to_owned(),
            actual: actual.join(" and "),
        });
    }
    for pair in listed.windows(2) {
        if let [before, after] = pair
            && before.place > after.place
        {
            mismatches.push(Mismatch {
                subject: format!("bib {}", after.bib),
                expected: "a list sorted by place".to_owned(),
                actual: format!("listed after bib {}: {}", before.bib, describe_listed(before)),
            });
        }
    }
    mismatches
}

pub fn count(subject: &str, expected: usize, actual: usize) -> Option<Mismatch> {
    (expected != actual).then(|| Mismatch {
        subject: subject.to_owned(),
        expected: expected.to_string(),
        actual: actual.to_string(),
    })
}

/// The place for each net time. Equal times share a place, and the next place is skipped.
fn places(runners: &[Runner]) -> HashMap<FinishTime, u64> {
    let mut times: Vec<FinishTime> = runners.iter().map(|runner| runner.net_time).collect();
    times.sort_unstable();
    let mut places = HashMap::new();
    for (place, time) in (1..).zip(times) {
        places.entry(time).or_insert(place);
    }
    places
}

fn describe_listed(record: &ListedRecord) -> String {
    // Parsed, because the API may write the same time in another way.
    let time = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    describe(
        &record.status,
        time(&record.net_time),
        time(&record.gun_time),
        record.place,
    )
}

fn describe(status: &str, net_time: Option<FinishTime>, gun_time: Option<FinishTime>, place: Option<u64>) -> String {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    format!(
        "{status}, place {}, net time {}, gun time {}",
        or_none(place.map(|place| place.to_string())),
        or_none(net_time.map(|time| time.to_string())),
        or_none(gun_time.map(|time| time.to_string()))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::Gender;

    fn runner(bib: &str, net: &str) -> Runner {
        Runner {
            bib: bib.to_owned(),
            name: "김달리기".to_owned(),
            gender: Gender::F,
            age: 30,
            net_time: net.parse().unwrap(),
            gun_time: net.parse().unwrap(),
        }
    }

    fn record(bib: &str, net: &str, place: u64) -> ListedRecord {
        ListedRecord {
            bib: bib.to_owned(),
            status: "finished".to_owned(),
            net_time: Some(net.to_owned()),
            gun_time: Some(net.to_owned()),
            place: Some(place),
        }
    }

    fn runner_points(initial_total: i64, total: i64, entries: &[i64]) -> RunnerPoints {
        let entry = |point: &i64| LedgerEntry {
            marathon_id: "m".into(),
            bib: "W1".into(),
            point: *point,
        };
        RunnerPoints {
            initial_total,
            total,
            entries: entries.iter().map(entry).collect(),
        }
    }

    fn mismatch(runner_points: &RunnerPoints) -> Option<String> {
        points(&runner("W1", "3:00:00"), 10, runner_points).map(|mismatch| mismatch.actual)
    }

    #[test]
    fn accepts_points_awarded_once() {
        assert_eq!(mismatch(&runner_points(0, 10, &[10])), None);
        assert_eq!(mismatch(&runner_points(30, 40, &[10])), None);
    }

    #[test]
    fn reports_points_missing_or_counted_twice() {
        for (points, actual) in [
            (runner_points(0, 0, &[]), "total 0 (no ledger entry for this race)"),
            (
                runner_points(0, 20, &[10, 10]),
                "total 20 (10 for bib W1 and 10 for bib W1)",
            ),
            (runner_points(0, 20, &[10]), "total 20 (10 for bib W1)"),
            (runner_points(0, 10, &[]), "total 10 (no ledger entry for this race)"),
            (
                runner_points(0, 10, &[5, 5]),
                "total 10 (5 for bib W1 and 5 for bib W1)",
            ),
            (runner_points(30, 30, &[10]), "total 30 (10 for bib W1)"),
        ] {
            assert_eq!(mismatch(&points).as_deref(), Some(actual));
        }
        let mut other_bib = runner_points(0, 10, &[10]);
        other_bib.entries[0].bib = "W2".to_owned();
        assert_eq!(mismatch(&other_bib).as_deref(), Some("total 10 (10 for bib W2)"));
    }

    #[test]
    fn accepts_equal_times_that_share_a_place() {
        let runners = [
            runner("1", "3:00:00"),
            runner("2", "3:00:00"),
            runner("3", "2:59:59"),
            runner("4", "3:00:01"),
        ];
        let listed = [
            record("3", "2:59:59", 1),
            record("1", "3:00:00", 2),
            record("2", "3:00:00", 2),
            record("4", "3:00:01", 4),
        ];
        assert_eq!(records(&runners, &listed), []);
    }

    #[test]
    fn reports_missing_duplicate_wrong_and_unknown_results() {
        let runners = [runner("1", "3:00:00"), runner("2", "3:00:01"), runner("3", "3:00:02")];
        let listed = [
            record("1", "3:00:00", 1),
            record("1", "3:00:00", 1),
            record("3", "3:00:03", 3),
            record("9", "3:10:00", 4),
        ];
        let actual: Vec<_> = records(&runners, &listed)
            .into_iter()
            .map(|mismatch| format!("{}: {}", mismatch.subject, mismatch.actual))
            .collect();
        let finished = "finished, place";
        assert_eq!(
            actual,
            [
                format!(
                    "bib 1 (김달리기): {finished} 1, net time 3:00:00, gun time 3:00:00 and {finished} 1, net time 3:00:00, gun time 3:00:00"
                ),
                "bib 2 (김달리기): no result".to_owned(),
                format!("bib 3 (김달리기): {finished} 3, net time 3:00:03, gun time 3:00:03"),
                format!("bib 9: {finished} 4, net time 3:10:00, gun time 3:10:00"),
            ]
        );
    }

    #[test]
    fn reports_list_that_is_not_sorted() {
        let runners = [runner("1", "3:00:00"), runner("2", "3:00:01")];
        let listed = [record("2", "3:00:01", 2), record("1", "3:00:00", 1)];
        let mismatches = records(&runners, &listed);
        assert_eq!(mismatches.len(), 1, "{mismatches:?}");
    }
}
