//! TLS trust for the connection to the database.

use sqlx::ConnectOptions;
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};

/// The root certificates of Amazon RDS. Those of RDS Proxy are among Mozilla's, which sqlx includes.
///
/// Parsing them takes 0.1 ms of each connect; a cold start only copies their 40 kB.
const RDS_ROOTS: &[u8] = include_bytes!("rds-roots.pem");

/// Parses a database URL. With `ssl-mode=VERIFY_CA` or `VERIFY_IDENTITY` and no `ssl-ca`, it trusts Amazon RDS's roots.
pub(super) fn connect_options(url: &str) -> Result<MySqlConnectOptions, sqlx::Error> {
    let options: MySqlConnectOptions = url.parse()?;
    let verifies = matches!(
        options.get_ssl_mode(),
        MySqlSslMode::VerifyCa | MySqlSslMode::VerifyIdentity
    );
    let has_ca = options.to_url_lossy().query_pairs().any(|(key, _)| key == "ssl-ca");
    Ok(if verifies && !has_ca {
        options.ssl_ca_from_pem(RDS_ROOTS.to_vec())
    } else {
        options
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::RootCertStore;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    #[test]
    fn parses_every_root() {
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(RDS_ROOTS) {
            store.add(certificate.unwrap()).unwrap();
        }
        assert_eq!(store.len(), 27);
    }

    #[test]
    fn trusts_rds_unless_the_url_has_a_ca() {
        let url = "mysql://user:password@host:3306/user_db";
        for (query, trusts_rds) in [
            ("", false),
            ("?ssl-mode=REQUIRED", false),
            ("?ssl-mode=VERIFY_CA", true),
            ("?ssl-mode=VERIFY_IDENTITY", true),
            ("?ssl-mode=VERIFY_IDENTITY&ssl-ca=/own.pem", false),
        ] {
            let options = format!("{:?}", connect_options(&format!("{url}{query}")).unwrap());
            assert_eq!(options.contains("Inline"), trusts_rds, "{query}");
        }
    }
}
