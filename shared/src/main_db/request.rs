//! What many requests to DynamoDB share: pages of a query, and writes under a condition.

use super::item::{Item, from_item};
use super::{MainDbError, Position};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::Select;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::fmt::Debug;

/// At most `limit` of what a query finds after a position, and where the next page begins.
pub async fn page<T: DeserializeOwned>(
    query: QueryFluentBuilder,
    limit: u32,
    after: Option<Position>,
) -> Result<(Vec<T>, Option<Position>), MainDbError> {
    let (items, next) = items(query, limit, after).await?;
    let rows = items.into_iter().map(from_item).collect::<Result<_, _>>()?;
    Ok((rows, next))
}

/// The same as [`page`], before anybody understands it.
pub async fn items(
    query: QueryFluentBuilder,
    limit: u32,
    after: Option<Position>,
) -> Result<(Vec<Item>, Option<Position>), MainDbError> {
    let query = query.limit(i32::try_from(limit).unwrap_or(i32::MAX));
    let answer = query.set_exclusive_start_key(after.map(Item::from)).send().await?;
    let next = answer.last_evaluated_key.map(Position::from);
    Ok((answer.items.unwrap_or_default(), next))
}

/// How many items a query finds, counted up to `most`, which bounds what it costs.
pub async fn count(query: QueryFluentBuilder, most: u32) -> Result<u32, MainDbError> {
    let query = query.select(Select::Count);
    let (mut found, mut after) = (0, None);
    loop {
        let left = i32::try_from(most - found).unwrap_or(i32::MAX);
        let page = query.clone().limit(left).set_exclusive_start_key(after);
        let answer = page.send().await?;
        found += u32::try_from(answer.count).unwrap_or_default();
        after = answer.last_evaluated_key;
        if after.is_none() || found >= most {
            return Ok(found);
        }
    }
}

/// Whether the condition of a write held; when it did not, nothing was written.
pub fn held<T, E, R>(outcome: Result<T, SdkError<E, R>>) -> Result<bool, MainDbError>
where
    E: ConditionalWrite + Error + 'static,
    R: Debug + 'static,
{
    match outcome {
        Ok(_) => Ok(true),
        Err(error) if error.as_service_error().is_some_and(E::is_refused) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Why a write that may have a condition failed.
pub trait ConditionalWrite {
    /// Whether it failed because the condition did not hold.
    fn is_refused(&self) -> bool;
}

impl ConditionalWrite for PutItemError {
    fn is_refused(&self) -> bool {
        self.is_conditional_check_failed_exception()
    }
}

impl ConditionalWrite for UpdateItemError {
    fn is_refused(&self) -> bool {
        self.is_conditional_check_failed_exception()
    }
}

impl ConditionalWrite for DeleteItemError {
    fn is_refused(&self) -> bool {
        self.is_conditional_check_failed_exception()
    }
}
