//! The command line.

use clap::Parser;
use reqwest::Url;
use std::path::PathBuf;
use std::time::Duration;

/// Simulates a whole race against a deployed stack through its public API: signs up an organizer and runners, applies,
/// enters results, waits for the points, and verifies each runner's result and points.
///
/// Exit codes: 0 all results and points are correct; 1 some are missing, wrong or counted twice; 2 the race could not
/// be completed.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Args {
    /// URL of the API including its stage, like <https://example.org/api>
    #[arg(long, value_name = "URL", value_parser = parse_api_url)]
    pub api: Url,

    /// Number of runners
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=500_000))]
    pub runners: u32,

    /// Results file whose first N rows are entered [default: synthetic results]
    #[arg(long, value_name = "FILE.csv")]
    pub results: Option<PathBuf>,

    /// Maximum number of concurrent requests
    #[arg(long, value_name = "K", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub concurrency: u16,

    /// Race distance in metres [default: 21098 with --results, otherwise 42195]
    #[arg(long, value_name = "METRES", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub distance: Option<u32>,

    /// How long to wait for points after the last result
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = parse_seconds)]
    pub timeout: Duration,

    /// Use the demo accounts as the organizer and one of the runners; creates them if they don't exist
    #[arg(long)]
    pub demo: bool,

    /// Write the login ids and passwords of the demo accounts to this file, as JSON
    #[arg(long, value_name = "FILE", requires = "demo")]
    pub accounts: Option<PathBuf>,
}

impl Args {
    pub fn distance_m(&self) -> u32 {
        self.distance
            .unwrap_or(if self.results.is_some() { 21_098 } else { 42_195 })
    }
}

fn parse_api_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    match url.scheme() {
        "http" | "https" if url.query().is_none() && url.fragment().is_none() => Ok(url),
        "http" | "https" => Err("must not have a query or fragment".to_owned()),
        _ => Err("must be an http or https URL".to_owned()),
    }
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .map(Duration::from_secs)
        .map_err(|_| "must be a whole number of seconds".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Args, clap::Error> {
        Args::try_parse_from(format!("race-day {line}").split(' '))
    }

    #[test]
    fn argument_definitions_are_valid() {
        Args::command().debug_assert();
    }

    #[test]
    fn default_distance_depends_on_results_file() {
        assert_eq!(parse("--api http://x/api --runners 1").unwrap().distance_m(), 42_195);
        assert_eq!(
            parse("--api http://x/api --runners 1 --results x.csv")
                .unwrap()
                .distance_m(),
            21_098
        );
        assert_eq!(
            parse("--api http://x/api --runners 1 --distance 10000")
                .unwrap()
                .distance_m(),
            10_000
        );
    }

    #[test]
    fn rejects_invalid_arguments() {
        for line in [
            "--runners 1",
            "--api x --runners 1",
            "--api ftp://x --runners 1",
            "--api http://x?y --runners 1",
            "--api http://x --runners 0",
            "--api http://x --runners 1 --concurrency 0",
            "--api http://x --runners 1 --timeout soon",
            "--api http://x --runners 1 --accounts file",
        ] {
            assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }
}
