//! The configuration that every AWS client shares.

use crate::config::{self, ConfigError};
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{SharedAsyncSleep, SharedCredentialsProvider};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use std::time::Duration;

/// Region, credentials and endpoint as Lambda hands them to a function.
///
/// Lambda puts all of it into the environment, so the SDK's search through profiles, containers and instance metadata
/// is left out: it would only make the binary larger and a wrong configuration slower to fail.
///
/// # Errors
/// [`ConfigError::Missing`] without `AWS_REGION`.
pub fn sdk_config() -> Result<SdkConfig, ConfigError> {
    let https = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(amazon_trust())
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(5))
        .build();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(config::required("AWS_REGION")?))
        .credentials_provider(SharedCredentialsProvider::new(
            EnvironmentVariableCredentialsProvider::new(),
        ))
        .sleep_impl(SharedAsyncSleep::new(aws_smithy_async::rt::sleep::TokioSleep::new()))
        .retry_config(RetryConfig::standard())
        .timeout_config(timeouts)
        .http_client(https);
    if let Some(endpoint) = config::optional("AWS_ENDPOINT_URL") {
        config = config.endpoint_url(endpoint);
    }
    Ok(config.build())
}

/// The roots that AWS names for its endpoints (Amazon Trust Services, and the Starfield root before them; the aws-cn
/// partition has others).
///
/// Reading the system's 140 roots instead takes 5 ms of every cold start, three times what all the rest takes.
fn amazon_trust() -> TlsContext {
    let roots = TrustStore::empty().with_pem_certificate(include_bytes!("amazon-roots.pem").as_slice());
    // Building fails for no input that the builder accepts; the default trusts the system's roots.
    TlsContext::builder()
        .with_trust_store(roots)
        .build()
        .unwrap_or_default()
}
