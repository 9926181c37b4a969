//! The configuration of every AWS client.

use crate::config::{self, ConfigError};
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{SharedAsyncSleep, SharedCredentialsProvider};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use std::time::Duration;

/// Region, credentials and endpoint from the environment of a Lambda function.
///
/// The SDK's default provider chain (profiles, containers, instance metadata) is left out: it makes binaries larger and a
/// misconfiguration slower to fail.
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

/// The root certificates of AWS endpoints: Amazon Trust Services and Starfield (the aws-cn partition has others).
///
/// Loading the system's 140 roots takes 5 ms of every cold start, three times as long as everything else.
fn amazon_trust() -> TlsContext {
    let roots = TrustStore::empty().with_pem_certificate(include_bytes!("amazon-roots.pem").as_slice());
    // Building never fails with a valid store; the default trusts the system's roots.
    TlsContext::builder()
        .with_trust_store(roots)
        .build()
        .unwrap_or_default()
}
