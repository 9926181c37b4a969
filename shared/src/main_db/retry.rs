//! Retries of single writes that conflict with a transaction on the same item (`TransactionConflictException`), which the
//! SDK does not retry by itself.

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Config;
use aws_sdk_dynamodb::config::interceptors::InterceptorContext;
use aws_sdk_dynamodb::config::retry::{ClassifyRetry, RetryAction, RetryConfig};
use std::time::Duration;

/// With these delays, all attempts together take less than two seconds.
const MAX_ATTEMPTS: u32 = 8;
const INITIAL_BACKOFF: Duration = Duration::from_millis(25);
const MAX_BACKOFF: Duration = Duration::from_millis(500);

/// The configuration of a client that retries such writes.
pub fn config(config: &SdkConfig) -> Config {
    let retries = RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS);
    let retries = retries
        .with_initial_backoff(INITIAL_BACKOFF)
        .with_max_backoff(MAX_BACKOFF);
    aws_sdk_dynamodb::config::Builder::from(config)
        .retry_config(retries)
        .retry_classifier(TransactionConflict)
        .build()
}

#[derive(Debug)]
struct TransactionConflict;

impl ClassifyRetry for TransactionConflict {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        const NAME: &[u8] = b"#TransactionConflictException";
        let body = context.response().and_then(|response| response.body().bytes());
        if body.is_some_and(|body| body.windows(NAME.len()).any(|part| part == NAME)) {
            RetryAction::throttling_error()
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "transaction conflict"
    }
}

#[cfg(test)]
mod tests {
    use super::super::MainDb;
    use super::*;
    use crate::domain::bib::Bib;
    use crate::domain::id::MarathonId;
    use aws_config::{BehaviorVersion, Region};
    use aws_sdk_dynamodb::config::{Credentials, SharedAsyncSleep, SharedCredentialsProvider};
    use std::io::{Read, Write};
    use std::net::TcpListener;

    const CONFLICT: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException"}"#;

    /// A DynamoDB server that sends these statuses and bodies in turn.
    fn store<const N: usize>(answers: [(u16, &'static str); N]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for (status, body) in answers {
                let (mut connection, _) = listener.accept().unwrap();
                let _ = connection.read(&mut [0; 8192]).unwrap();
                write!(
                    connection,
                    "HTTP/1.1 {status} X\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                )
                .unwrap();
            }
        });
        address
    }

    fn db(endpoint: String) -> MainDb {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
            .sleep_impl(SharedAsyncSleep::new(aws_smithy_async::rt::sleep::TokioSleep::new()))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(endpoint);
        MainDb::new(&config.build(), "test")
    }

    #[tokio::test]
    async fn retries_a_transaction_conflict() {
        let free = r#"{"Attributes":{"bib_counter":{"N":"7"}}}"#;
        let db = db(store([(400, CONFLICT), (400, CONFLICT), (200, free)]));
        assert_eq!(db.draw_bib(MarathonId::new()).await.unwrap(), Bib::numbered(7));
    }
}
