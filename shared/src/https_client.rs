//! The HTTPS client for endpoints without an AWS SDK: Discord, and CloudFormation's response URLs.

use reqwest::Client;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpsClientError {
    #[error(transparent)]
    Tls(#[from] rustls::Error),
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

/// Builds a client whose requests time out after `timeout`.
///
/// It trusts Mozilla's root certificates, compiled in: reading the system's takes 4 ms of every cold start.
pub(crate) fn build(timeout: Duration) -> Result<Client, HttpsClientError> {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Client::builder()
        .timeout(timeout)
        .tls_backend_preconfigured(tls)
        .build()?)
}
