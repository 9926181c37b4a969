//! HTTPS to whom no SDK speaks: Discord, and the place where CloudFormation waits for answers.

use reqwest::Client;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;

/// There can be no client.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoClient {
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
    /// The rest cannot.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

/// A client whose requests take at most `timeout`.
///
/// It trusts Mozilla's roots as they were compiled in: reading the system's takes 4 ms of every cold start.
pub(crate) fn client(timeout: Duration) -> Result<Client, NoClient> {
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
