//! Discord webhooks: a default one, and others for single races.

mod digest;

pub use digest::Digest;

use crate::config::{self, ConfigError, FromEnv};
use crate::domain::id::MarathonId;
use crate::https_client;
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode, Url};
use std::collections::HashMap;
use std::time::{Duration, Instant};

const WEBHOOKS_VARIABLE: &str = "DISCORD_WEBHOOKS";
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// The delay before a retry after a 5xx or a connection error.
const RETRY_DELAY: Duration = Duration::from_secs(2);

/// Posts to Discord webhooks.
pub struct Discord {
    client: Client,
    webhooks: Webhooks,
}

/// Webhook URLs. They are secrets: anybody who has one can post.
struct Webhooks {
    default: Url,
    by_race: HashMap<MarathonId, Url>,
}

/// Until when an invocation may retry.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    instant: Instant,
}

/// A message was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum DiscordError {
    #[error("Discord responded with {0}")]
    Status(StatusCode),
    /// HTTP 429 with a Retry-After beyond the deadline.
    #[error("Discord rate limit")]
    RateLimited,
    /// Without the URL, which is a secret.
    #[error("Discord could not be reached: {0}")]
    Connection(reqwest::Error),
}

impl Deadline {
    /// Together with a last request of [`REQUEST_TIMEOUT`] below the function's timeout of 60 s.
    const TOTAL: Duration = Duration::from_secs(45);

    #[must_use]
    pub fn start() -> Self {
        Self {
            instant: Instant::now() + Self::TOTAL,
        }
    }

    /// Sleeps for `delay` plus jitter and returns true, or returns false at once if that would pass the deadline.
    async fn sleep(self, delay: Duration) -> bool {
        // Jitter spreads the retries of functions that were rate limited at the same moment.
        let delay = delay.saturating_add(Duration::from_millis(fastrand::u64(..1000)));
        if delay > self.instant.saturating_duration_since(Instant::now()) {
            return false;
        }
        tracing::info!(delay_ms = delay.as_millis(), "waiting for Discord");
        tokio::time::sleep(delay).await;
        true
    }
}

impl Discord {
    /// Posts a race's digest. Retries after 429 (as long as Retry-After asks), 5xx and connection errors until the
    /// deadline. Posting again after an error is safe.
    pub async fn post(&self, race: MarathonId, digest: &Digest, deadline: Deadline) -> Result<(), DiscordError> {
        let webhook = self.webhooks.by_race.get(&race).unwrap_or(&self.webhooks.default);
        loop {
            let (error, delay) = match self.client.post(webhook.clone()).json(digest).send().await {
                Ok(response) if response.status().is_success() => return Ok(()),
                Ok(response) if response.status() == StatusCode::TOO_MANY_REQUESTS => {
                    (DiscordError::RateLimited, retry_after(&response))
                }
                Ok(response) if response.status().is_server_error() => {
                    (DiscordError::Status(response.status()), RETRY_DELAY)
                }
                Ok(response) => return Err(DiscordError::Status(response.status())),
                Err(error) => (DiscordError::Connection(error.without_url()), RETRY_DELAY),
            };
            if !deadline.sleep(delay).await {
                return Err(error);
            }
        }
    }
}

/// The Retry-After header in seconds, which may have decimals; 1 s without one.
fn retry_after(response: &Response) -> Duration {
    let header = response.headers().get(RETRY_AFTER);
    let seconds = header.and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::try_from_secs_f64(seconds.unwrap_or(1.0)).unwrap_or(Duration::MAX)
}

impl Webhooks {
    /// Parses one URL for all races, or a JSON object of URLs by marathon id with a `default`.
    fn parse(text: &str) -> Option<Self> {
        if !text.trim_start().starts_with('{') {
            let by_race = HashMap::new();
            return text.parse().ok().map(|default| Self { default, by_race });
        }
        let mut webhooks: HashMap<String, String> = serde_json::from_str(text).ok()?;
        let default = webhooks.remove("default")?.parse().ok()?;
        let by_race = webhooks
            .iter()
            .map(|(race, url)| race.parse().ok().zip(url.parse().ok()));
        by_race.collect::<Option<_>>().map(|by_race| Self { default, by_race })
    }
}

impl FromEnv for Discord {
    fn from_env() -> Result<Self, ConfigError> {
        let malformed = |expected| ConfigError::Malformed {
            name: WEBHOOKS_VARIABLE,
            expected,
        };
        let webhooks = Webhooks::parse(&config::required(WEBHOOKS_VARIABLE)?)
            .ok_or_else(|| malformed("a URL, or a JSON object of URLs by marathon_id with a \"default\""))?;
        let client = https_client::build(REQUEST_TIMEOUT);
        Ok(Self {
            client: client.map_err(|_| malformed("reachable with this TLS configuration"))?,
            webhooks,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_one_webhook_or_one_for_each_race() {
        let one = Webhooks::parse("https://discord.com/api/webhooks/1/a").unwrap();
        assert!(one.by_race.is_empty());
        let race = MarathonId::new();
        let some = Webhooks::parse(&format!(
            r#"{{"default": "https://discord.com/1", "{race}": "https://discord.com/2"}}"#
        ));
        assert_eq!(some.unwrap().by_race[&race].path(), "/2");
        for bad in [
            "",
            "discord",
            "{}",
            r#"{"default": "no"}"#,
            r#"{"default": "https://a", "seoul": "https://b"}"#,
        ] {
            assert!(Webhooks::parse(bad).is_none(), "{bad}");
        }
    }
}
