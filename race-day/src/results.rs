//! Results from a file.

use crate::field::{Gender, Runner};
use crate::finish_time::FinishTime;
use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

/// The columns that are read; others may be there.
const COLUMNS: [&str; 7] = ["bib", "first", "last", "gender", "age", "clock time", "chip time"];

/// Why a file's results could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The file cannot be opened or read as CSV.
    #[error("{file}: {reason}")]
    File {
        /// Which file.
        file: String,
        /// Why not.
        reason: String,
    },
    /// A column is missing.
    #[error("{file}: there is no column \"{column}\"; needed are {}", COLUMNS.join(", "))]
    NoColumn {
        /// Which file.
        file: String,
        /// The column.
        column: &'static str,
    },
    /// A row cannot be entered.
    #[error("{file}: line {line}, column \"{column}\": {reason}")]
    Row {
        /// Which file.
        file: String,
        /// Counted from 1, the header's.
        line: u64,
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// There are not enough rows.
    #[error("{file}: --runners asks for {wanted} rows, but there are only {rows}")]
    TooFew {
        /// Which file.
        file: String,
        /// How many there are.
        rows: usize,
        /// How many were asked for.
        wanted: u32,
    },
}

/// The first `count` results of a file.
pub fn read(file: &Path, count: u32) -> Result<Vec<Runner>, ResultsError> {
    let name = file.display().to_string();
    let source = std::fs::File::open(file).map_err(|error| ResultsError::File {
        file: name.clone(),
        reason: error.to_string(),
    })?;
    parse(&name, source, count)
}

fn parse(file: &str, source: impl Read, count: u32) -> Result<Vec<Runner>, ResultsError> {
    let broken = |error: csv::Error| ResultsError::File {
        file: file.to_owned(),
        reason: error.to_string(),
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(source);
    let header = reader.headers().map_err(broken)?;
    let mut at = [0; COLUMNS.len()];
    for (at, column) in at.iter_mut().zip(COLUMNS) {
        let found = header.iter().position(|name| name.eq_ignore_ascii_case(column));
        *at = found.ok_or(ResultsError::NoColumn {
            file: file.to_owned(),
            column,
        })?;
    }
    let mut runners: Vec<Runner> = Vec::new();
    let mut bibs = HashSet::new();
    for row in reader.records().take(count as usize) {
        let row = row.map_err(broken)?;
        let line = row.position().map_or(0, csv::Position::line);
        let reject = |(column, reason)| ResultsError::Row {
            file: file.to_owned(),
            line,
            column,
            reason,
        };
        let runner = runner(at.map(|at| row.get(at).unwrap_or_default())).map_err(reject)?;
        if !bibs.insert(runner.bib.clone()) {
            return Err(reject(("bib", format!("{} was there before", runner.bib))));
        }
        runners.push(runner);
    }
    if runners.len() < count as usize {
        return Err(ResultsError::TooFew {
            file: file.to_owned(),
            rows: runners.len(),
            wanted: count,
        });
    }
    Ok(runners)
}

/// A runner from the values of [`COLUMNS`], or the column that is wrong and why.
fn runner(values: [&str; COLUMNS.len()]) -> Result<Runner, (&'static str, String)> {
    let [bib, first, last, gender, age, clock, chip] = values;
    let reject = |column, value: &str, reason: &str| Err((column, format!("\"{value}\": {reason}")));
    if !(1..=10).contains(&bib.len()) || !bib.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return reject("bib", bib, "1 to 10 letters, digits or hyphens are needed");
    }
    let name = format!("{first} {last}").trim().to_owned();
    if !(1..=50).contains(&name.chars().count()) {
        return reject("first", &name, "a name of 1 to 50 characters, with \"last\", is needed");
    }
    let gender = match gender {
        "F" => Gender::F,
        "M" => Gender::M,
        "X" => Gender::X,
        _ => return reject("gender", gender, "F, M or X is needed"),
    };
    let Some(age) = age.parse().ok().filter(|age| (1..=120).contains(age)) else {
        return reject("age", age, "a number from 1 to 120 is needed");
    };
    let time = |column, text: &str| {
        text.parse::<FinishTime>()
            .map_err(|error| (column, format!("\"{text}\": {error}")))
    };
    let (gun_time, net_time) = (time("clock time", clock)?, time("chip time", chip)?);
    if net_time > gun_time {
        return reject("chip time", chip, &format!("it is after the clock time, {clock}"));
    }
    Ok(Runner {
        bib: bib.to_ascii_uppercase(),
        name,
        gender,
        age,
        net_time,
        gun_time,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "place,bib,first,last,gender,age,clock time,chip time,division,country\n";

    fn read(rows: &str, count: u32) -> Result<Vec<Runner>, String> {
        parse("r.csv", format!("{HEADER}{rows}").as_bytes(), count).map_err(|error| error.to_string())
    }

    #[test]
    fn rows_become_runners() {
        let runners = read(
            "1,w5,Tae, Iva ,M,27,1:18:27,1:18:25,1,CAN\n2,7,A,B,F,30,1:20:00,1:20:00,1,KOR\nbad",
            2,
        )
        .unwrap();
        let first = Runner {
            bib: "W5".to_owned(),
            name: "Tae Iva".to_owned(),
            gender: Gender::M,
            age: 27,
            net_time: "1:18:25".parse().unwrap(),
            gun_time: "1:18:27".parse().unwrap(),
        };
        assert_eq!(runners[0], first);
        assert_eq!(runners.len(), 2);
    }

    #[test]
    fn a_bad_row_names_its_line_and_column() {
        let good = "1,1,A,B,M,27,1:18:27,1:18:25,1,CAN\n";
        for (row, message) in [
            ("2,#2,A,B,M,27,1:18:27,1:18:25,1,CAN", "column \"bib\": \"#2\""),
            (
                "2,1,A,B,M,27,1:18:27,1:18:25,1,CAN",
                "column \"bib\": 1 was there before",
            ),
            ("2,2,,,M,27,1:18:27,1:18:25,1,CAN", "column \"first\": \"\""),
            ("2,2,A,B,W,27,1:18:27,1:18:25,1,CAN", "column \"gender\": \"W\""),
            ("2,2,A,B,M,old,1:18:27,1:18:25,1,CAN", "column \"age\": \"old\""),
            ("2,2,A,B,M,27,,1:18:25,1,CAN", "column \"clock time\": \"\""),
            ("2,2,A,B,M,27,1:18:27,DNF,1,CAN", "column \"chip time\": \"DNF\""),
            (
                "2,2,A,B,M,27,1:18:27,1:18:28,1,CAN",
                "it is after the clock time, 1:18:27",
            ),
        ] {
            let error = read(&format!("{good}{row}\n"), 2).unwrap_err();
            assert!(
                error.starts_with("r.csv: line 3, column") && error.contains(message),
                "{error}"
            );
        }
    }

    #[test]
    fn too_few_rows_name_both_numbers() {
        let error = read("1,1,A,B,M,27,1:18:27,1:18:25,1,CAN\n", 1000).unwrap_err();
        assert_eq!(error, "r.csv: --runners asks for 1000 rows, but there are only 1");
    }

    #[test]
    fn a_missing_column_is_named() {
        let error = parse("r.csv", "bib,first,last,gender,age,chip time\n".as_bytes(), 1).unwrap_err();
        assert!(error.to_string().contains("no column \"clock time\""), "{error}");
    }

    #[test]
    fn a_short_row_says_where() {
        let error = read("1,1,A\n", 1).unwrap_err();
        assert!(error.contains("line: 2") || error.contains("line 2"), "{error}");
    }
}
