//! Conversion between domain types and DynamoDB items.

use super::MainDbError;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

pub type Item = HashMap<String, AttributeValue>;

/// Serializes `value` without null attributes: index keys must not be null, and conditions check whether attributes exist.
pub fn to_item(value: &impl Serialize) -> Result<Item, MainDbError> {
    let mut item: Item = serde_dynamo::to_item(value)?;
    item.retain(|_, attribute| !attribute.is_null());
    Ok(item)
}

pub fn from_item<T: DeserializeOwned>(item: Item) -> Result<T, MainDbError> {
    Ok(serde_dynamo::from_item(item)?)
}

#[allow(clippy::needless_pass_by_value, reason = "callers pass temporaries")]
pub fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

#[allow(clippy::needless_pass_by_value, reason = "callers pass temporaries")]
pub fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
