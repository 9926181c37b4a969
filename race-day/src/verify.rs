//! Whether everything is as it should be.

use crate::field::Runner;
use crate::finish_time::FinishTime;
use std::collections::{BTreeMap, HashMap};

/// What somebody has, and should have instead.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose it is.
    pub who: String,
    /// What should be.
    pub expected: String,
    /// What is.
    pub got: String,
}

/// A runner's points after the race.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// The total before the race.
    pub before: i64,
    /// The total after it.
    pub total: i64,
    /// The lines about this race.
    pub lines: Vec<LedgerLine>,
}

/// One line of a ledger.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct LedgerLine {
    /// The race.
    pub marathon_id: String,
    /// The number worn.
    pub bib: String,
    /// How many points.
    pub point: i64,
}

/// A result as the API lists it.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct ListedRecord {
    /// The number worn.
    pub bib: String,
    /// How the run ended.
    pub status: String,
    /// Start mat to finish mat.
    pub net_time: Option<String>,
    /// Starting gun to finish.
    pub gun_time: Option<String>,
    /// Overall.
    pub place: Option<u64>,
}

/// Whether a runner earned `point` once, and nothing else.
pub fn points(runner: &Runner, point: i64, ledger: &Ledger) -> Option<Difference> {
    let &Ledger {
        before,
        total,
        ref lines,
    } = ledger;
    let once = matches!(lines.as_slice(), [line] if line.bib == runner.bib && line.point == point);
    if once && total == before + point {
        return None;
    }
    let lines = match lines.as_slice() {
        [] => "no line for this race".to_owned(),
        lines => {
            let lines = lines.iter().map(|line| format!("{} for bib {}", line.point, line.bib));
            lines.collect::<Vec<_>>().join(" and ")
        }
    };
    Some(Difference {
        who: runner.to_string(),
        expected: format!("a total of {} ({point} for bib {})", before + point, runner.bib),
        got: format!("a total of {total} ({lines})"),
    })
}

/// Whether the list of results has every runner once, with the times that were entered and in the order of net times.
pub fn records(field: &[Runner], listed: &[ListedRecord]) -> Vec<Difference> {
    let places = places(field);
    let mut by_bib: BTreeMap<&str, Vec<&ListedRecord>> = BTreeMap::new();
    for record in listed {
        by_bib.entry(&record.bib).or_default().push(record);
    }
    let mut differences = Vec::new();
    for runner in field {
        let place = places.get(&runner.net_time).copied();
        let expected = describe("finished", Some(runner.net_time), Some(runner.gun_time), place);
        let got: Vec<_> = by_bib
            .remove(runner.bib.as_str())
            .unwrap_or_default()
            .into_iter()
            .map(read)
            .collect();
        if got != [expected.clone()] {
            let got = if got.is_empty() {
                "no result".to_owned()
            } else {
                got.join(" and ")
            };
            differences.push(Difference {
                who: runner.to_string(),
                expected,
                got,
            });
        }
    }
    for (bib, records) in by_bib {
        let got = records.into_iter().map(read).collect::<Vec<_>>().join(" and ");
        differences.push(Difference {
            who: format!("bib {bib}"),
            expected: "no result".to_owned(),
            got,
        });
    }
    for pair in listed.windows(2) {
        if let [before, after] = pair
            && before.place > after.place
        {
            differences.push(Difference {
                who: format!("bib {}", after.bib),
                expected: "a list in the order of the places".to_owned(),
                got: format!("it is listed after bib {}: {}", before.bib, read(before)),
            });
        }
    }
    differences
}

/// Whether a number is what it should be.
pub fn count(what: &str, expected: usize, got: usize) -> Option<Difference> {
    (expected != got).then(|| Difference {
        who: what.to_owned(),
        expected: expected.to_string(),
        got: got.to_string(),
    })
}

/// The place that each net time earns; equal times share a place and the next one is skipped.
fn places(field: &[Runner]) -> HashMap<FinishTime, u64> {
    let mut times: Vec<FinishTime> = field.iter().map(|runner| runner.net_time).collect();
    times.sort_unstable();
    let mut places = HashMap::new();
    for (place, time) in (1..).zip(times) {
        places.entry(time).or_insert(place);
    }
    places
}

fn read(record: &ListedRecord) -> String {
    let time = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    describe(
        &record.status,
        time(&record.net_time),
        time(&record.gun_time),
        record.place,
    )
}

fn describe(status: &str, net: Option<FinishTime>, gun: Option<FinishTime>, place: Option<u64>) -> String {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    let (net, gun) = (net.map(|time| time.to_string()), gun.map(|time| time.to_string()));
    let place = place.map(|place| place.to_string());
    format!(
        "{status}, place {}, net time {}, gun time {}",
        or_none(place),
        or_none(net),
        or_none(gun)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Gender;

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

    fn ledger(before: i64, total: i64, points: &[i64]) -> Ledger {
        let line = |point: &i64| LedgerLine {
            marathon_id: "m".into(),
            bib: "W1".into(),
            point: *point,
        };
        Ledger {
            before,
            total,
            lines: points.iter().map(line).collect(),
        }
    }

    fn difference_of(ledger: &Ledger) -> Option<String> {
        points(&runner("W1", "3:00:00"), 10, ledger).map(|difference| difference.got)
    }

    #[test]
    fn points_that_landed_once_are_right() {
        assert_eq!(difference_of(&ledger(0, 10, &[10])), None);
        assert_eq!(difference_of(&ledger(30, 40, &[10])), None);
    }

    #[test]
    fn points_missing_or_counted_twice_are_told() {
        for (ledger, got) in [
            (ledger(0, 0, &[]), "a total of 0 (no line for this race)"),
            (
                ledger(0, 20, &[10, 10]),
                "a total of 20 (10 for bib W1 and 10 for bib W1)",
            ),
            (ledger(0, 20, &[10]), "a total of 20 (10 for bib W1)"),
            (ledger(0, 10, &[]), "a total of 10 (no line for this race)"),
            (ledger(0, 10, &[5, 5]), "a total of 10 (5 for bib W1 and 5 for bib W1)"),
            (ledger(30, 30, &[10]), "a total of 30 (10 for bib W1)"),
        ] {
            assert_eq!(difference_of(&ledger).as_deref(), Some(got));
        }
        let mut of_another = ledger(0, 10, &[10]);
        of_another.lines[0].bib = "W2".to_owned();
        assert_eq!(
            difference_of(&of_another).as_deref(),
            Some("a total of 10 (10 for bib W2)")
        );
    }

    #[test]
    fn equal_times_share_a_place() {
        let field = [
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
        assert_eq!(records(&field, &listed), []);
    }

    #[test]
    fn results_missing_twice_wrong_or_of_nobody_are_told() {
        let field = [runner("1", "3:00:00"), runner("2", "3:00:01"), runner("3", "3:00:02")];
        let listed = [
            record("1", "3:00:00", 1),
            record("1", "3:00:00", 1),
            record("3", "3:00:03", 3),
            record("9", "3:10:00", 4),
        ];
        let who: Vec<_> = records(&field, &listed)
            .into_iter()
            .map(|d| format!("{}: {}", d.who, d.got))
            .collect();
        let finished = "finished, place";
        assert_eq!(
            who,
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
    fn a_list_out_of_order_is_told() {
        let field = [runner("1", "3:00:00"), runner("2", "3:00:01")];
        let listed = [record("2", "3:00:01", 2), record("1", "3:00:00", 1)];
        assert_eq!(records(&field, &listed).len(), 1);
    }
}
