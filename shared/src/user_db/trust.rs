//! By whose word a database is the one that an address names.

use sqlx::ConnectOptions;
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};

/// The authorities that sign for Amazon RDS; those for RDS Proxy are among Mozilla's, which sqlx brings.
///
/// They are read when a connection is made, which takes it 0.1 ms; a cold start only copies their 40 kB.
const RDS_ROOTS: &[u8] = include_bytes!("rds-roots.pem");

/// Reads an address. Where it has the server verified (`ssl-mode`) without naming an authority (`ssl-ca`), Amazon RDS's
/// are trusted.
pub(super) fn address(url: &str) -> Result<MySqlConnectOptions, sqlx::Error> {
    let address: MySqlConnectOptions = url.parse()?;
    let verifies = matches!(
        address.get_ssl_mode(),
        MySqlSslMode::VerifyCa | MySqlSslMode::VerifyIdentity
    );
    let names_authority = address.to_url_lossy().query_pairs().any(|(key, _)| key == "ssl-ca");
    Ok(if verifies && !names_authority {
        address.ssl_ca_from_pem(RDS_ROOTS.to_vec())
    } else {
        address
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::RootCertStore;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    #[test]
    fn every_root_can_be_trusted() {
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(RDS_ROOTS) {
            store.add(certificate.unwrap()).unwrap();
        }
        assert_eq!(store.len(), 27);
    }

    #[test]
    fn an_address_that_verifies_trusts_rds_unless_it_says_whom() {
        let url = "mysql://user:password@host:3306/user_db";
        for (query, trusts_rds) in [
            ("", false),
            ("?ssl-mode=REQUIRED", false),
            ("?ssl-mode=VERIFY_CA", true),
            ("?ssl-mode=VERIFY_IDENTITY", true),
            ("?ssl-mode=VERIFY_IDENTITY&ssl-ca=/own.pem", false),
        ] {
            let address = format!("{:?}", address(&format!("{url}{query}")).unwrap());
            assert_eq!(address.contains("Inline"), trusts_rds, "{query}");
        }
    }
}
