//! Reads runners and their results from a CSV file.

use crate::finish_time::FinishTime;
use crate::runner::{Gender, Runner};
use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

/// Required columns; others are ignored.
const COLUMNS: [&str; 7] = ["bib", "first", "last", "gender", "age", "clock time", "chip time"];

#[derive(Debug, thiserror::Error)]
pub enum ResultsFileError {
    #[error("{file}: {reason}")]
    Unreadable { file: String, reason: String },
    #[error("{file}: missing column \"{column}\"; required columns: {}", COLUMNS.join(", "))]
    MissingColumn { file: String, column: &'static str },
    #[error("{file}: line {line}, column \"{column}\": {reason}")]
    InvalidValue {
        file: String,
        /// The header is line 1.
        line: u64,
        column: &'static str,
        reason: String,
    },
    #[error("{file}: --runners needs {requested} rows, found {rows}")]
    TooFewRows { file: String, rows: usize, requested: u32 },
}

/// Reads the first `count` rows of a file.
pub fn read(file: &Path, count: u32) -> Result<Vec<Runner>, ResultsFileError> {
    let name = file.display().to_string();
    let source = std::fs::File::open(file).map_err(|error| ResultsFileError::Unreadable {
        file: name.clone(),
        reason: error.to_string(),
    })?;
    parse(&name, source, count)
}

fn parse(file: &str, source: impl Read, count: u32) -> Result<Vec<Runner>, ResultsFileError> {
    let unreadable = |error: csv::Error| ResultsFileError::Unreadable {
        file: file.to_owned(),
        reason: error.to_string(),
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(source);
    let header = reader.headers().map_err(unreadable)?;
    let mut positions = [0; COLUMNS.len()];
    for (position, column) in positions.iter_mut().zip(COLUMNS) {
        let found = header.iter().position(|name| name.eq_ignore_ascii_case(column));
        *position = found.ok_or(ResultsFileError::MissingColumn {
            file: file.to_owned(),
            column,
        })?;
    }
    let mut runners: Vec<Runner> = Vec::new();
    let mut bibs = HashSet::new();
    for row in reader.records().take(count as usize) {
        let row = row.map_err(unreadable)?;
        let line = row.position().map_or(0, csv::Position::line);
        let invalid_value = |(column, reason)| ResultsFileError::InvalidValue {
            file: file.to_owned(),
            line,
            column,
            reason,
        };
        let values = positions.map(|position| row.get(position).unwrap_or_default());
        let runner = parse_row(values).map_err(invalid_value)?;
        if !bibs.insert(runner.bib.clone()) {
            return Err(invalid_value((
                "bib",
                format!("\"{}\": already used in an earlier row", runner.bib),
            )));
        }
        runners.push(runner);
    }
    if runners.len() < count as usize {
        return Err(ResultsFileError::TooFewRows {
            file: file.to_owned(),
            rows: runners.len(),
            requested: count,
        });
    }
    Ok(runners)
}

/// Parses the values of [`COLUMNS`]. The error is the invalid column and the reason.
fn parse_row(values: [&str; COLUMNS.len()]) -> Result<Runner, (&'static str, String)> {
    let [bib, first, last, gender, age, clock, chip] = values;
    let invalid = |column, value: &str, reason: &str| Err((column, format!("\"{value}\": {reason}")));
    if !(1..=10).contains(&bib.len()) || !bib.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return invalid("bib", bib, "must have 1 to 10 letters, digits or hyphens");
    }
    let name = format!("{first} {last}").trim().to_owned();
    if !(1..=50).contains(&name.chars().count()) {
        return invalid("first", &name, "must have 1 to 50 characters together with \"last\"");
    }
    let gender = match gender {
        "F" => Gender::F,
        "M" => Gender::M,
        "X" => Gender::X,
        _ => return invalid("gender", gender, "must be F, M or X"),
    };
    let Some(age) = age.parse().ok().filter(|age| (1..=120).contains(age)) else {
        return invalid("age", age, "must be a number from 1 to 120");
    };
    let time = |column, text: &str| {
        text.parse::<FinishTime>()
            .map_err(|error| (column, format!("\"{text}\": {error}")))
    };
    let (gun_time, net_time) = (time("clock time", clock)?, time("chip time", chip)?);
    if net_time > gun_time {
        return invalid("chip time", chip, &format!("longer than the clock time, {clock}"));
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
    fn parses_rows() {
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
    fn reports_line_and_column_of_invalid_value() {
        let good = "1,1,A,B,M,27,1:18:27,1:18:25,1,CAN\n";
        for (row, message) in [
            ("2,#2,A,B,M,27,1:18:27,1:18:25,1,CAN", "column \"bib\": \"#2\""),
            (
                "2,1,A,B,M,27,1:18:27,1:18:25,1,CAN",
                "column \"bib\": \"1\": already used in an earlier row",
            ),
            ("2,2,,,M,27,1:18:27,1:18:25,1,CAN", "column \"first\": \"\""),
            ("2,2,A,B,W,27,1:18:27,1:18:25,1,CAN", "column \"gender\": \"W\""),
            ("2,2,A,B,M,old,1:18:27,1:18:25,1,CAN", "column \"age\": \"old\""),
            ("2,2,A,B,M,27,,1:18:25,1,CAN", "column \"clock time\": \"\""),
            ("2,2,A,B,M,27,1:18:27,DNF,1,CAN", "column \"chip time\": \"DNF\""),
            (
                "2,2,A,B,M,27,1:18:27,1:18:28,1,CAN",
                "longer than the clock time, 1:18:27",
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
    fn reports_too_few_rows() {
        let error = read("1,1,A,B,M,27,1:18:27,1:18:25,1,CAN\n", 1000).unwrap_err();
        assert_eq!(error, "r.csv: --runners needs 1000 rows, found 1");
    }

    #[test]
    fn reports_missing_column() {
        let error = parse("r.csv", "bib,first,last,gender,age,chip time\n".as_bytes(), 1).unwrap_err();
        assert!(error.to_string().contains("missing column \"clock time\""), "{error}");
    }

    #[test]
    fn reports_line_of_short_row() {
        let error = read("1,1,A\n", 1).unwrap_err();
        assert!(error.contains("line: 2") || error.contains("line 2"), "{error}");
    }
}
