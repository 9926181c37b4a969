//! Transactions with retries after conflicts.

use super::{MainDb, MainDbError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::TransactWriteItem;
use std::time::Duration;

const MAX_ATTEMPTS: u32 = 12;

/// Why nothing was stored.
#[derive(Debug)]
pub enum TransactionError {
    /// The conditions of the items at these positions were not met.
    Condition(Vec<usize>),
    /// Conflicts with other transactions in every attempt.
    Busy,
    Store(MainDbError),
}

impl MainDb {
    /// Writes all of `items` or none. Retries conflicts with exponential backoff and full jitter.
    pub(super) async fn transact(&self, items: Vec<TransactWriteItem>) -> Result<(), TransactionError> {
        for attempt in 0..MAX_ATTEMPTS {
            let request = self
                .client
                .transact_write_items()
                .set_transact_items(Some(items.clone()));
            let Err(error) = request.send().await else {
                return Ok(());
            };
            match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    let reasons = cancelled.cancellation_reasons();
                    let failed = reasons
                        .iter()
                        .enumerate()
                        .filter(|(_, reason)| reason.code() == Some("ConditionalCheckFailed"));
                    let failed: Vec<_> = failed.map(|(position, _)| position).collect();
                    if !failed.is_empty() {
                        return Err(TransactionError::Condition(failed));
                    }
                    if !reasons.iter().any(|r| r.code() == Some("TransactionConflict")) {
                        return Err(TransactionError::Store(error.into()));
                    }
                }
                Some(TransactWriteItemsError::TransactionInProgressException(_)) => {}
                _ => return Err(TransactionError::Store(error.into())),
            }
            let max_delay_ms = 10_u64 << attempt.min(6);
            tokio::time::sleep(Duration::from_millis(fastrand::u64(..=max_delay_ms))).await;
        }
        Err(TransactionError::Busy)
    }
}
