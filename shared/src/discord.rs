//! Discord's webhooks: one for all races, and others for some of them.

use crate::config::{self, ConfigError, FromEnv};
use crate::domain::digest::Digest;
use crate::domain::id::MarathonId;
use crate::https;
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode, Url};
use std::collections::HashMap;
use std::time::{Duration, Instant};

const NAME: &str = "DISCORD_WEBHOOKS";
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The pause after which a request is tried again that Discord, or the way to it, failed.
const PAUSE: Duration = Duration::from_secs(2);

/// Posts to Discord's webhooks.
pub struct Discord {
    client: Client,
    webhooks: Webhooks,
}

/// Addresses of webhooks, which are secrets: whoever has one can post.
struct Webhooks {
    default: Url,
    of_race: HashMap<MarathonId, Url>,
}

/// How long an invocation may still spend on Discord, pauses included.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    until: Instant,
}

/// Discord was not told.
#[derive(Debug, thiserror::Error)]
pub enum NotTold {
    /// It answered with something else than success.
    #[error("Discord answered {0}")]
    Refused(StatusCode),
    /// It asked for a longer pause than this invocation has.
    #[error("Discord asked to slow down")]
    TooFast,
    /// It could not be reached. The address is a secret and is left out.
    #[error("Discord could not be reached: {0}")]
    Unreachable(reqwest::Error),
}

impl Patience {
    /// Longest time in all; with a last request that takes its whole [`TIMEOUT`] less than the function's timeout.
    const WHOLE: Duration = Duration::from_secs(45);

    /// Begins now.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            until: Instant::now() + Self::WHOLE,
        }
    }

    /// Pauses, if there is time for a pause that long; whether there was.
    async fn pause(self, pause: Duration) -> bool {
        // Drawn by lot, so that those who were turned away together do not come back together.
        let pause = pause.saturating_add(Duration::from_millis(fastrand::u64(..1000)));
        if pause > self.until.saturating_duration_since(Instant::now()) {
            return false;
        }
        tracing::info!(pause_ms = pause.as_millis(), "waiting for Discord");
        tokio::time::sleep(pause).await;
        true
    }
}

impl Discord {
    /// Posts a race's digest, pausing as long as Discord asks for (HTTP 429 with Retry-After, in seconds), and a little
    /// when it fails (5xx, or no answer), while there is patience.
    ///
    /// # Errors
    /// [`NotTold`] when it was not taken; posting it again is safe.
    pub async fn post(&self, race: MarathonId, digest: &Digest, patience: Patience) -> Result<(), NotTold> {
        let webhook = self.webhooks.of_race.get(&race).unwrap_or(&self.webhooks.default);
        loop {
            let (failure, pause) = match self.client.post(webhook.clone()).json(digest).send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) if answer.status() == StatusCode::TOO_MANY_REQUESTS => {
                    (NotTold::TooFast, retry_after(&answer))
                }
                Ok(answer) if answer.status().is_server_error() => (NotTold::Refused(answer.status()), PAUSE),
                Ok(answer) => return Err(NotTold::Refused(answer.status())),
                Err(error) => (NotTold::Unreachable(error.without_url()), PAUSE),
            };
            if !patience.pause(pause).await {
                return Err(failure);
            }
        }
    }
}

/// The pause that Discord asks for.
fn retry_after(answer: &Response) -> Duration {
    let header = answer.headers().get(RETRY_AFTER);
    let seconds = header.and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::try_from_secs_f64(seconds.unwrap_or(1.0)).unwrap_or(Duration::MAX)
}

impl Webhooks {
    /// Reads one address for all races, or a JSON object of addresses by race with one under `default`.
    fn parse(text: &str) -> Option<Self> {
        if !text.trim_start().starts_with('{') {
            let of_race = HashMap::new();
            return text.parse().ok().map(|default| Self { default, of_race });
        }
        let mut webhooks: HashMap<String, String> = serde_json::from_str(text).ok()?;
        let default = webhooks.remove("default")?.parse().ok()?;
        let of_race = webhooks
            .iter()
            .map(|(race, url)| race.parse().ok().zip(url.parse().ok()));
        of_race.collect::<Option<_>>().map(|of_race| Self { default, of_race })
    }
}

impl FromEnv for Discord {
    fn from_env() -> Result<Self, ConfigError> {
        let malformed = |expected| ConfigError::Malformed { name: NAME, expected };
        let webhooks = Webhooks::parse(&config::required(NAME)?)
            .ok_or_else(|| malformed("a URL, or a JSON object of URLs by marathon_id with one under \"default\""))?;
        let client = https::client(TIMEOUT);
        Ok(Self {
            client: client.map_err(|_| malformed("reachable by this TLS"))?,
            webhooks,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_race_may_have_a_webhook_of_its_own() {
        let one = Webhooks::parse("https://discord.com/api/webhooks/1/a").unwrap();
        assert!(one.of_race.is_empty());
        let race = MarathonId::new();
        let some = Webhooks::parse(&format!(
            r#"{{"default": "https://discord.com/1", "{race}": "https://discord.com/2"}}"#
        ));
        assert_eq!(some.unwrap().of_race[&race].path(), "/2");
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
