//! api/openapi.yaml.

use crate::yaml::read_yaml;
use serde_json::Value;

/// An operation of the contract.
#[derive(Debug)]
pub struct Operation<'a> {
    pub id: &'a str,
    /// In upper case.
    pub method: String,
    /// With parameters in braces, such as `/users/{user_id}`.
    pub path: &'a str,
    pub definition: &'a Value,
}

/// The whole document.
#[must_use]
pub fn document() -> Value {
    read_yaml("api/openapi.yaml")
}

/// Every operation of a document.
#[must_use]
pub fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, definition) in item.as_object().unwrap() {
            if let Some(id) = definition.get("operationId") {
                operations.push(Operation {
                    id: id.as_str().unwrap(),
                    method: method.to_uppercase(),
                    path,
                    definition,
                });
            }
        }
    }
    operations
}

/// The example of a request body; null for an operation without a body.
#[must_use]
pub fn example_body(document: &Value, method: &str, path: &str) -> Value {
    let body = &document["paths"][path][method.to_lowercase()]["requestBody"]["content"]["application/json"];
    match &body["examples"] {
        Value::Object(examples) => resolve(document, examples.values().next().unwrap())["value"].clone(),
        _ => body["example"].clone(),
    }
}

/// A value or what its `$ref` points to.
#[must_use]
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => document
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("openapi.yaml has no {reference}")),
        None => value,
    }
}

impl<'a> Operation<'a> {
    /// The binary that answers it: the id, except for the second operation of a function.
    #[must_use]
    pub fn function(&self) -> &'a str {
        self.definition["x-function"].as_str().unwrap_or(self.id)
    }

    /// The method and path, as in `GET /points`.
    #[must_use]
    pub fn route(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}
