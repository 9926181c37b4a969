//! Transactions, and why one was not carried out.

use super::{MainDb, MainDbError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::TransactWriteItem;
use std::time::Duration;

/// How often a transaction that met another one is tried again before the caller is told to come back.
const ATTEMPTS: u32 = 12;

/// Why a transaction was not carried out. Nothing of it was stored.
#[derive(Debug)]
pub enum Cancelled {
    /// The conditions of the items at these positions did not hold.
    Condition(Vec<usize>),
    /// Others changed the same items all the time.
    Busy,
    /// The store failed.
    Store(MainDbError),
}

impl MainDb {
    /// Carries out all of `items` or nothing.
    ///
    /// A transaction that meets another one is tried again after a pause that grows and is drawn by lot, so that those
    /// who met do not meet again.
    pub(super) async fn transact(&self, items: Vec<TransactWriteItem>) -> Result<(), Cancelled> {
        for attempt in 0..ATTEMPTS {
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
                        return Err(Cancelled::Condition(failed));
                    }
                    if !reasons.iter().any(|r| r.code() == Some("TransactionConflict")) {
                        return Err(Cancelled::Store(error.into()));
                    }
                }
                Some(TransactWriteItemsError::TransactionInProgressException(_)) => {}
                _ => return Err(Cancelled::Store(error.into())),
            }
            let longest_ms = 10_u64 << attempt.min(6);
            tokio::time::sleep(Duration::from_millis(fastrand::u64(..=longest_ms))).await;
        }
        Err(Cancelled::Busy)
    }
}
