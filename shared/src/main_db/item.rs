//! Between the domain's types and DynamoDB's items.

use super::MainDbError;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// An item, as the SDK has it.
pub type Item = HashMap<String, AttributeValue>;

/// The item that stores `value`. What is absent is left out, because an index takes no null for a key and conditions ask
/// whether an attribute exists.
pub fn to_item(value: &impl Serialize) -> Result<Item, MainDbError> {
    let mut item: Item = serde_dynamo::to_item(value)?;
    item.retain(|_, attribute| !attribute.is_null());
    Ok(item)
}

/// The value that `item` stores.
pub fn from_item<T: DeserializeOwned>(item: Item) -> Result<T, MainDbError> {
    Ok(serde_dynamo::from_item(item)?)
}

/// A string attribute.
#[allow(clippy::needless_pass_by_value, reason = "callers hand in what they made for it")]
pub fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

/// A number attribute.
#[allow(clippy::needless_pass_by_value, reason = "callers hand in what they made for it")]
pub fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
