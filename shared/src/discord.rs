//! The Discord webhook.

use crate::config::{self, ConfigError, FromEnv};
use crate::domain::digest::Digest;
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, StatusCode, Url};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::{Duration, Instant};

const NAME: &str = "DISCORD_WEBHOOK_URL";
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long one message may take in all, pauses included; less than the function's timeout.
const PATIENCE: Duration = Duration::from_secs(45);

/// Posts to a Discord webhook.
pub struct Discord {
    client: Client,
    webhook: Url,
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

impl Discord {
    /// Posts a digest, pausing as long as Discord asks for (HTTP 429 with Retry-After, in seconds).
    ///
    /// # Errors
    /// [`NotTold`] when it was not taken; posting it again is safe.
    pub async fn post(&self, digest: &Digest) -> Result<(), NotTold> {
        let started = Instant::now();
        loop {
            let request = self.client.post(self.webhook.clone()).json(digest);
            let answer = request
                .send()
                .await
                .map_err(|error| NotTold::Unreachable(error.without_url()))?;
            match answer.status() {
                status if status.is_success() => return Ok(()),
                StatusCode::TOO_MANY_REQUESTS => {
                    let seconds = answer
                        .headers()
                        .get(RETRY_AFTER)
                        .and_then(|value| value.to_str().ok()?.parse().ok());
                    let pause = Duration::try_from_secs_f64(seconds.unwrap_or(1.0)).unwrap_or(Duration::MAX);
                    // Drawn by lot, so that those who were turned away together do not come back together.
                    let pause = pause.saturating_add(Duration::from_millis(fastrand::u64(..1000)));
                    if started.elapsed().saturating_add(pause) > PATIENCE {
                        return Err(NotTold::TooFast);
                    }
                    tracing::info!(pause_ms = pause.as_millis(), "Discord asked to slow down");
                    tokio::time::sleep(pause).await;
                }
                status => return Err(NotTold::Refused(status)),
            }
        }
    }
}

impl FromEnv for Discord {
    fn from_env() -> Result<Self, ConfigError> {
        let malformed = |expected| ConfigError::Malformed { name: NAME, expected };
        let webhook = config::required(NAME)?.parse().map_err(|_| malformed("a URL"))?;
        let client = Client::builder()
            .timeout(TIMEOUT)
            .tls_backend_preconfigured(tls()?)
            .build();
        Ok(Self {
            client: client.map_err(|_| malformed("reachable by this TLS"))?,
            webhook,
        })
    }
}

/// TLS that trusts Mozilla's roots as they were compiled in: reading the system's takes 4 ms of every cold start.
fn tls() -> Result<ClientConfig, ConfigError> {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions();
    let config = config.map_err(|_| ConfigError::Malformed {
        name: NAME,
        expected: "reachable by this TLS",
    })?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
