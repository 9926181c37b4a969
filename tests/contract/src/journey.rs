//! api/journey.json: the sample events in an order in which each function finds what its event needs. It is generated from
//! api/journey.yaml, which explains placeholders and steps.

use crate::read;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

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

/// The fields that a function's answer must have.
pub enum Expected {
    /// Of the JSON that it returns.
    Answer(Map<String, Value>),
    /// Of the JSON that it PUTs to `response_url`.
    Put(Map<String, Value>),
}

impl Journey {
    #[must_use]
    pub fn read() -> Self {
        let document: Value = serde_json::from_str(&read("api/journey.json")).unwrap();
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
        let fields = |name: &str| step[name].as_object().cloned();
        Self {
            event: text("event").unwrap(),
            function: text("function").unwrap(),
            role: text("as"),
            expected: fields("put").map_or_else(|| Expected::Answer(fields("answer").unwrap()), Expected::Put),
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
