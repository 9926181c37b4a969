//! api/journey.yaml: the sample events in an order in which each function finds what its event needs.

use crate::yaml::read_yaml;
use crate::{migrations, read};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The journey. The file explains placeholders and steps.
pub struct Journey {
    placeholders: BTreeMap<String, String>,
    pub steps: Vec<Step>,
}

/// One event and its expected response.
pub struct Step {
    pub event: String,
    pub function: String,
    /// Whose access token the event needs.
    role: Option<String>,
    pub expected: Expected,
    /// The names of values to save, and the fields of the response body that hold them.
    save: BTreeMap<String, String>,
}

/// What the function must return.
pub enum Expected {
    Status(u64),
    /// Fields of the returned JSON.
    Answer(Map<String, Value>),
    /// Fields of the JSON that the function PUTs to `response_url`.
    Put(Map<String, Value>),
}

impl Journey {
    #[must_use]
    pub fn read() -> Self {
        let document = read_yaml("api/journey.yaml");
        Self {
            placeholders: texts(&document["placeholders"]),
            steps: document["steps"].as_array().unwrap().iter().map(Step::parse).collect(),
        }
    }

    /// The event of a step, with each placeholder replaced whose value is known.
    #[must_use]
    pub fn event(&self, step: &Step, values: &BTreeMap<String, String>) -> Value {
        let token = step.role.as_ref().map(|role| &values[&format!("{role}_token")]);
        let value = |name: &str| if name == "token" { token } else { values.get(name) };
        let replacements: Vec<_> = self
            .placeholders
            .iter()
            .filter_map(|(name, placeholder)| Some((placeholder.as_str(), value(name)?.as_str())))
            .collect();
        let text = replace_all(&read(&format!("events/{}.json", step.event)), &replacements);
        serde_json::from_str(&text).unwrap()
    }
}

impl Step {
    fn parse(step: &Value) -> Self {
        let text = |name: &str| step[name].as_str().map(str::to_owned);
        let event = text("event").unwrap();
        let expected = match (&step["status"], &step["answer"], &step["put"]) {
            (Value::Number(status), Value::Null, Value::Null) => Expected::Status(status.as_u64().unwrap()),
            (Value::Null, Value::Object(fields), Value::Null) => Expected::Answer(resolved(fields)),
            (Value::Null, Value::Null, Value::Object(fields)) => Expected::Put(fields.clone()),
            _ => panic!("api/journey.yaml: one of status, answer and put: {step}"),
        };
        Self {
            function: text("function").unwrap_or_else(|| event.clone()),
            event,
            role: text("as"),
            expected,
            save: texts(&step["save"]),
        }
    }

    /// The values to save from a response.
    pub fn saved(&self, response: &Value) -> impl Iterator<Item = (String, String)> {
        let body = response["body"].as_str().unwrap_or_default();
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        self.save.iter().map(move |(name, field)| {
            let value = match &body[field] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (name.clone(), value)
        })
    }
}

fn texts(value: &Value) -> BTreeMap<String, String> {
    let members = value.as_object().into_iter().flatten();
    members
        .map(|(name, text)| (name.clone(), text.as_str().unwrap().to_owned()))
        .collect()
}

/// The fields, with the number of the newest migration in place of its name.
fn resolved(fields: &Map<String, Value>) -> Map<String, Value> {
    let fields = fields.clone().into_iter();
    fields
        .map(|(name, value)| {
            let value = if value == "newest_migration" {
                migrations::newest().into()
            } else {
                value
            };
            (name, value)
        })
        .collect()
}

/// Replaces all placeholders in one pass, because a value may contain another placeholder.
fn replace_all(text: &str, replacements: &[(&str, &str)]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        if let Some((placeholder, value)) = replacements
            .iter()
            .find(|(placeholder, _)| rest.starts_with(placeholder))
        {
            result.push_str(value);
            rest = &rest[placeholder.len()..];
        } else {
            let next = rest.chars().next().map_or(0, char::len_utf8);
            result.push_str(&rest[..next]);
            rest = &rest[next..];
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_placeholders_in_one_pass() {
        let replacements = [("<a>", "<b>"), ("<b>", "값")];
        assert_eq!(replace_all("<a>·<b>·<c>", &replacements), "<b>·값·<c>");
    }
}
