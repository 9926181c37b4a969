//! The contract of the API, api/openapi.yaml, which every answer that the tests see has to keep.

use crate::stack::project;
use jsonschema::{Draft, Validator};
use reqwest::header::HeaderMap;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

/// An operation of the contract.
#[derive(Debug)]
pub struct Operation {
    pub id: String,
    /// In upper case.
    pub method: String,
    /// With its parameters between braces.
    pub path: String,
    answers: BTreeMap<String, Answer>,
}

/// What an operation may answer with a status.
#[derive(Debug)]
struct Answer {
    headers: Vec<Header>,
    /// By content type; none for an answer without a body.
    bodies: BTreeMap<String, Schema>,
}

#[derive(Debug)]
struct Header {
    name: String,
    is_required: bool,
    schema: Schema,
}

/// A schema that is compiled when it is first needed: no test needs them all.
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

/// Every operation of the contract.
#[must_use]
pub fn operations() -> &'static [Operation] {
    &CONTRACT.operations
}

/// Makes sure that the contract has this answer to a request: its status, headers, content type and body.
///
/// The path is that of the request, below the stage; an empty body is null.
#[track_caller]
pub fn check(method: &str, path: &str, status: u16, headers: &HeaderMap, body: &Value) {
    let faults = faults(method, path, status, headers, body);
    assert!(
        faults.is_empty(),
        "{method} {path} answered {status} against openapi.yaml:\n- {}\nheaders: {headers:?}\nbody: {body}",
        faults.join("\n- ")
    );
}

fn faults(method: &str, path: &str, status: u16, headers: &HeaderMap, body: &Value) -> Vec<String> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let Some(operation) = CONTRACT.find(method, path) else {
        return vec!["there is no such operation".to_owned()];
    };
    let Some(answer) = operation.answers.get(&status.to_string()) else {
        let documented: Vec<_> = operation.answers.keys().map(String::as_str).collect();
        return vec![format!("{} answers only with {}", operation.id, documented.join(", "))];
    };
    let mut faults: Vec<_> = answer
        .headers
        .iter()
        .flat_map(|header| header.faults(headers))
        .collect();
    faults.extend(answer.body_faults(headers, body));
    faults
}

impl Contract {
    fn read() -> Self {
        let path = project().join("api/openapi.yaml");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let document: Value =
            serde_norway::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut operations: Vec<_> = members(&document, "paths")
            .flat_map(|(path, item)| {
                let methods = item.as_object().unwrap().iter();
                methods
                    .filter(|(_, operation)| operation.get("operationId").is_some())
                    .map(|(method, operation)| Operation::read(&document, method, path, operation))
                    .collect::<Vec<_>>()
            })
            .collect();
        // A path that is written out comes before one with a parameter in its place.
        operations.sort_by_key(|operation| operation.path.matches('{').count());
        Self { document, operations }
    }

    fn find(&self, method: &str, path: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .find(|operation| operation.method == method && fits(&operation.path, path))
    }
}

/// Whether a path is one of those that a template stands for.
fn fits(template: &str, path: &str) -> bool {
    let (wanted, found): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    wanted.len() == found.len()
        && wanted
            .iter()
            .zip(found)
            .all(|(wanted, found)| *wanted == found || (wanted.starts_with('{') && !found.is_empty()))
}

impl Operation {
    fn read(document: &Value, method: &str, path: &str, operation: &Value) -> Self {
        Self {
            id: operation["operationId"].as_str().unwrap().to_owned(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            answers: members(operation, "responses")
                .map(|(status, answer)| (status.clone(), Answer::read(document, resolved(document, answer))))
                .collect(),
        }
    }
}

impl Answer {
    fn read(document: &Value, answer: &Value) -> Self {
        Self {
            headers: members(answer, "headers")
                .map(|(name, header)| {
                    let header = resolved(document, header);
                    Header {
                        name: name.clone(),
                        is_required: header["required"] == true,
                        schema: Schema::new(&header["schema"]),
                    }
                })
                .collect(),
            bodies: members(answer, "content")
                .map(|(content_type, content)| (content_type.clone(), Schema::new(&content["schema"])))
                .collect(),
        }
    }

    fn body_faults(&self, headers: &HeaderMap, body: &Value) -> Vec<String> {
        if self.bodies.is_empty() {
            return if body.is_null() {
                Vec::new()
            } else {
                vec!["it should have no body".to_owned()]
            };
        }
        let content_type = headers
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim();
        match self.bodies.get(content_type) {
            Some(schema) => schema.faults("body", body),
            None => vec![format!("content-type is {content_type:?}")],
        }
    }
}

impl Header {
    fn faults(&self, headers: &HeaderMap) -> Vec<String> {
        let Some(value) = headers.get(&self.name) else {
            return if self.is_required {
                vec![format!("the header {} is missing", self.name)]
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
        self.schema.faults(&self.name, &value)
    }
}

impl Schema {
    fn new(source: &Value) -> Self {
        Self {
            source: source.clone(),
            compiled: OnceLock::new(),
        }
    }

    fn faults(&self, of: &str, value: &Value) -> Vec<String> {
        self.validator()
            .iter_errors(value)
            .map(|error| format!("{of}{}: {error}", error.instance_path()))
            .collect()
    }

    fn validator(&self) -> &Validator {
        self.compiled.get_or_init(|| {
            // References point into the document, so the schema is compiled as the root of one with its components.
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

/// The members of an object within an object; none when it is not there.
fn members<'a>(of: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    of.get(name).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// What a reference stands for.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => document
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("openapi.yaml: there is no {reference}")),
        None => value,
    }
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
    fn every_schema_compiles() {
        for operation in operations() {
            for answer in operation.answers.values() {
                for schema in answer
                    .bodies
                    .values()
                    .chain(answer.headers.iter().map(|header| &header.schema))
                {
                    let _ = schema.validator();
                }
            }
        }
    }

    #[test]
    fn an_answer_of_the_contract_has_no_faults() {
        let faults = faults("GET", "/points?limit=1", 200, &headers("application/json"), &ranking(1));
        assert!(faults.is_empty(), "{faults:?}");
    }

    #[test]
    fn what_the_contract_does_not_have_is_a_fault() {
        let json = headers("application/json");
        assert_eq!(
            faults("GET", "/nowhere", 200, &json, &ranking(1)),
            ["there is no such operation"]
        );
        assert_eq!(
            faults("GET", "/points", 418, &json, &ranking(1)),
            ["points-ranking answers only with 200, 422, 500"]
        );
        assert_eq!(
            faults("GET", "/points", 200, &headers("text/plain"), &ranking(1)),
            ["content-type is \"text/plain\""]
        );
        assert_eq!(
            faults("GET", "/points", 200, &json, &ranking(0)),
            ["body/items/0/place: 0 is less than the minimum of 1"]
        );
        let mut more = ranking(1);
        more["items"][0]["phone"] = json!("1");
        assert_eq!(faults("GET", "/points", 200, &json, &more).len(), 1);
    }

    #[test]
    fn a_header_that_is_missing_is_a_fault() {
        let mut headers = headers("application/json");
        headers.remove("x-request-id");
        assert_eq!(
            faults("GET", "/points", 200, &headers, &ranking(1)),
            ["the header x-request-id is missing"]
        );
    }

    #[test]
    fn a_path_that_is_written_out_comes_before_a_parameter() {
        assert_eq!(CONTRACT.find("GET", "/users/login").unwrap().id, "users-login-basic");
        assert_eq!(CONTRACT.find("GET", "/users/7").unwrap().id, "users-get");
        assert!(CONTRACT.find("GET", "/users/7/").is_none());
    }
}
