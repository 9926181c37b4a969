//! Single items, pages and counts of queries, and results of conditional writes.

use super::item::{Item, from_item};
use super::{MainDbError, Position};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::Select;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::fmt::Debug;

/// The item that a request finds.
pub async fn get<T: DeserializeOwned>(request: GetItemFluentBuilder) -> Result<Option<T>, MainDbError> {
    request.send().await?.item.map(from_item).transpose()
}

/// One page of a query: at most `limit` rows after a position, and the position of the next page.
pub async fn page<T: DeserializeOwned>(
    query: QueryFluentBuilder,
    limit: u32,
    after: Option<Position>,
) -> Result<(Vec<T>, Option<Position>), MainDbError> {
    let (items, next) = items(query, limit, after).await?;
    let rows = items.into_iter().map(from_item).collect::<Result<_, _>>()?;
    Ok((rows, next))
}

/// Like [`page`], without deserializing the items.
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

/// Counts the items of a query up to `max`, which bounds the cost.
pub async fn count(query: QueryFluentBuilder, max: u32) -> Result<u32, MainDbError> {
    let query = query.select(Select::Count);
    let (mut found, mut after) = (0, None);
    loop {
        let left = i32::try_from(max - found).unwrap_or(i32::MAX);
        let page = query.clone().limit(left).set_exclusive_start_key(after);
        let answer = page.send().await?;
        found += u32::try_from(answer.count).unwrap_or_default();
        after = answer.last_evaluated_key;
        if after.is_none() || found >= max {
            return Ok(found);
        }
    }
}

/// Whether the condition of a write was met; if not, nothing was written.
pub fn condition_met<T, E, R>(outcome: Result<T, SdkError<E, R>>) -> Result<bool, MainDbError>
where
    E: ConditionalWriteError + Error + 'static,
    R: Debug + 'static,
{
    match outcome {
        Ok(_) => Ok(true),
        Err(error) if error.as_service_error().is_some_and(E::is_condition_failure) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// An error of a write that may have a condition.
pub trait ConditionalWriteError {
    fn is_condition_failure(&self) -> bool;
}

impl ConditionalWriteError for PutItemError {
    fn is_condition_failure(&self) -> bool {
        self.is_conditional_check_failed_exception()
    }
}

impl ConditionalWriteError for UpdateItemError {
    fn is_condition_failure(&self) -> bool {
        self.is_conditional_check_failed_exception()
    }
}

impl ConditionalWriteError for DeleteItemError {
    fn is_condition_failure(&self) -> bool {
        self.is_conditional_check_failed_exception()
    }
}
