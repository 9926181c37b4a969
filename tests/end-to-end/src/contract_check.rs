//! Checks every response that the tests receive against the contract, api/openapi.yaml.

use contract::openapi::{self, resolve};
use jsonschema::{Draft, Validator};
use reqwest::header::HeaderMap;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

#[derive(Debug)]
struct Operation {
    id: String,
    method: String,
    /// With parameters in braces.
    path: String,
    /// By status.
    responses: BTreeMap<String, Response>,
}

#[derive(Debug)]
struct Response {
    headers: Vec<Header>,
    /// By content type; empty for a response without a body.
    bodies: BTreeMap<String, Schema>,
}

#[derive(Debug)]
struct Header {
    name: String,
    is_required: bool,
    schema: Schema,
}

/// A schema, compiled at first use.
#[derive(Debug)]
struct Schema {
    source: Value,
    compiled: OnceLock<Validator>,
}

struct Contract {
    document: Value,
    operations: Vec<Operation>,
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::read);

/// Asserts that the contract allows a response: its status, headers, content type and body (null if empty).
///
/// `path` is the request's path below the stage.
#[track_caller]
pub fn assert_allowed(method: &str, path: &str, status: u16, headers: &HeaderMap, body: &Value) {
    let violations = violations(method, path, status, headers, body);
    assert!(
        violations.is_empty(),
        "{method} {path}, status {status}, violates openapi.yaml:\n- {}\nheaders: {headers:?}\nbody: {body}",
        violations.join("\n- ")
    );
}

fn violations(method: &str, path: &str, status: u16, headers: &HeaderMap, body: &Value) -> Vec<String> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let Some(operation) = CONTRACT.find(method, path) else {
        return vec!["unknown operation".to_owned()];
    };
    let Some(response) = operation.responses.get(&status.to_string()) else {
        let documented: Vec<_> = operation.responses.keys().map(String::as_str).collect();
        return vec![format!(
            "{} has only the statuses {}",
            operation.id,
            documented.join(", ")
        )];
    };
    let mut violations: Vec<_> = response
        .headers
        .iter()
        .flat_map(|header| header.violations(headers))
        .collect();
    violations.extend(response.body_violations(headers, body));
    violations
}

impl Contract {
    fn read() -> Self {
        let document = openapi::document();
        let operations = openapi::operations(&document);
        let mut operations: Vec<_> = operations
            .iter()
            .map(|operation| Operation::read(&document, operation))
            .collect();
        // A literal path takes precedence over one with a parameter in its place.
        operations.sort_by_key(|operation| operation.path.matches('{').count());
        Self { document, operations }
    }

    fn find(&self, method: &str, path: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .find(|operation| operation.method == method && matches(&operation.path, path))
    }
}

/// Whether a path matches a template with parameters in braces.
fn matches(template: &str, path: &str) -> bool {
    let (wanted, found): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    wanted.len() == found.len()
        && wanted
            .iter()
            .zip(found)
            .all(|(wanted, found)| *wanted == found || (wanted.starts_with('{') && !found.is_empty()))
}

impl Operation {
    fn read(document: &Value, operation: &openapi::Operation) -> Self {
        Self {
            id: operation.id.to_owned(),
            method: operation.method.clone(),
            path: operation.path.to_owned(),
            responses: members(operation.definition, "responses")
                .map(|(status, response)| (status.clone(), Response::read(document, resolve(document, response))))
                .collect(),
        }
    }
}

impl Response {
    fn read(document: &Value, response: &Value) -> Self {
        Self {
            headers: members(response, "headers")
                .map(|(name, header)| {
                    let header = resolve(document, header);
                    Header {
                        name: name.clone(),
                        is_required: header["required"] == true,
                        schema: Schema::new(&header["schema"]),
                    }
                })
                .collect(),
            bodies: members(response, "content")
                .map(|(content_type, content)| (content_type.clone(), Schema::new(&content["schema"])))
                .collect(),
        }
    }

    fn body_violations(&self, headers: &HeaderMap, body: &Value) -> Vec<String> {
        if self.bodies.is_empty() {
            return if body.is_null() {
                Vec::new()
            } else {
                vec!["unexpected body".to_owned()]
            };
        }
        let content_type = headers
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim();
        match self.bodies.get(content_type) {
            Some(schema) => schema.violations("body", body),
            None => vec![format!("unexpected content type {content_type:?}")],
        }
    }
}

impl Header {
    fn violations(&self, headers: &HeaderMap) -> Vec<String> {
        let Some(value) = headers.get(&self.name) else {
            return if self.is_required {
                vec![format!("missing header {}", self.name)]
            } else {
                Vec::new()
            };
        };
        let text = String::from_utf8_lossy(value.as_bytes());
        let value = if self.schema.source["type"] == "integer" {
            text.parse::<i64>().map_or_else(|_| json!(text), Value::from)
        } else {
            json!(text)
        };
        self.schema.violations(&self.name, &value)
    }
}

impl Schema {
    fn new(source: &Value) -> Self {
        Self {
            source: source.clone(),
            compiled: OnceLock::new(),
        }
    }

    fn violations(&self, of: &str, value: &Value) -> Vec<String> {
        self.validator()
            .iter_errors(value)
            .map(|error| format!("{of}{}: {error}", error.instance_path()))
            .collect()
    }

    fn validator(&self) -> &Validator {
        self.compiled.get_or_init(|| {
            // References are relative to the document, so the schema needs its components.
            let mut root = self.source.as_object().cloned().unwrap_or_default();
            root.insert("components".to_owned(), CONTRACT.document["components"].clone());
            jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                .build(&Value::Object(root))
                .unwrap_or_else(|error| panic!("openapi.yaml: {error} in {}", self.source))
        })
    }
}

/// The members of an object in a member of `value`; none if it is missing.
fn members<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value
        .get(name)
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::iter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(content_type: &'static str) -> HeaderMap {
        let pairs = [
            ("content-type", content_type),
            ("x-request-id", "1"),
            ("cache-control", "public, max-age=5"),
            ("content-language", "en"),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    fn ranking(place: i64) -> Value {
        json!({"items": [{"user_id": 1, "name": "Runner", "total_point": 0, "place": place}], "next_cursor": null})
    }

    #[test]
    fn compiles_every_schema() {
        for operation in &CONTRACT.operations {
            for response in operation.responses.values() {
                for schema in response
                    .bodies
                    .values()
                    .chain(response.headers.iter().map(|header| &header.schema))
                {
                    let _ = schema.validator();
                }
            }
        }
    }

    #[test]
    fn accepts_a_documented_response() {
        let violations = violations("GET", "/points?limit=1", 200, &headers("application/json"), &ranking(1));
        assert!(violations.is_empty(), "{violations:?}");
    }

    #[test]
    fn rejects_undocumented_responses() {
        let json = headers("application/json");
        assert_eq!(
            violations("GET", "/nowhere", 200, &json, &ranking(1)),
            ["unknown operation"]
        );
        assert_eq!(
            violations("GET", "/points", 418, &json, &ranking(1)),
            ["points-ranking has only the statuses 200, 422, 500, 503"]
        );
        assert_eq!(
            violations("GET", "/points", 200, &headers("text/plain"), &ranking(1)),
            ["unexpected content type \"text/plain\""]
        );
        assert_eq!(
            violations("GET", "/points", 200, &json, &ranking(0)),
            ["body/items/0/place: 0 is less than the minimum of 1"]
        );
        let mut more = ranking(1);
        more["items"][0]["phone"] = json!("1");
        assert_eq!(violations("GET", "/points", 200, &json, &more).len(), 1);
    }

    #[test]
    fn rejects_a_missing_header() {
        let mut headers = headers("application/json");
        headers.remove("x-request-id");
        assert_eq!(
            violations("GET", "/points", 200, &headers, &ranking(1)),
            ["missing header x-request-id"]
        );
    }

    #[test]
    fn literal_paths_take_precedence() {
        assert_eq!(CONTRACT.find("GET", "/users/login").unwrap().id, "users-login-basic");
        assert_eq!(CONTRACT.find("GET", "/users/7").unwrap().id, "users-get");
        assert!(CONTRACT.find("GET", "/users/7/").is_none());
    }
}
