//! The command line.

use clap::Parser;
use reqwest::Url;
use std::path::PathBuf;
use std::time::Duration;

/// Plays a whole race against a deployed stack through its public API: signs up an organizer and the runners, applies,
/// enters the results, waits for the points to land, and checks each runner's total.
///
/// Exit codes: 0 everything is as it should be; 1 something is missing or counted twice; 2 the race could not be
/// played.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Args {
    /// The address of the API with its stage, like <https://example.org/api>
    #[arg(long, value_name = "URL", value_parser = api_address)]
    pub api: Url,

    /// How many runners take part
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=500_000))]
    pub runners: u32,

    /// Results to enter, the first N rows of them; made up when absent
    #[arg(long, value_name = "FILE.csv")]
    pub results: Option<PathBuf>,

    /// How many requests are under way at once
    #[arg(long, value_name = "K", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub concurrency: u16,

    /// The race's length in metres; 21098 with a results file and 42195 without, unless told
    #[arg(long, value_name = "METRES", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub distance: Option<u32>,

    /// How long points may take to land after the last result
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    pub timeout: Duration,

    /// Play as the demo organizer, with the demo runner in the field; both accounts are made when they are missing
    #[arg(long)]
    pub demo: bool,

    /// Write the demo accounts' login ids and passwords to this file, as JSON
    #[arg(long, value_name = "FILE", requires = "demo")]
    pub accounts: Option<PathBuf>,
}

impl Args {
    /// The race's length in metres.
    pub fn distance(&self) -> u32 {
        self.distance
            .unwrap_or(if self.results.is_some() { 21_098 } else { 42_195 })
    }
}

fn api_address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    match url.scheme() {
        "http" | "https" if url.query().is_none() && url.fragment().is_none() => Ok(url),
        "http" | "https" => Err("an address without ? and # is needed".to_owned()),
        _ => Err("an http or https address is needed".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .map(Duration::from_secs)
        .map_err(|_| "a whole number of seconds is needed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Args, clap::Error> {
        Args::try_parse_from(format!("race-day {line}").split(' '))
    }

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_distance_follows_the_results() {
        assert_eq!(parse("--api http://x/api --runners 1").unwrap().distance(), 42_195);
        assert_eq!(
            parse("--api http://x/api --runners 1 --results x.csv")
                .unwrap()
                .distance(),
            21_098
        );
        assert_eq!(
            parse("--api http://x/api --runners 1 --distance 10000")
                .unwrap()
                .distance(),
            10_000
        );
    }

    #[test]
    fn what_cannot_be_played_is_rejected() {
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
