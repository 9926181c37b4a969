//! YAML as CloudFormation and `OpenAPI` use it, converted to JSON.

use crate::read;
use serde_json::{Map, Value, json};
use serde_norway::Value as Yaml;

/// Reads a YAML file with anchors, merge keys and CloudFormation's short form of intrinsic functions.
pub fn read_yaml(path: &str) -> Value {
    let mut document: Yaml = serde_norway::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    document.apply_merge().unwrap_or_else(|error| panic!("{path}: {error}"));
    to_json(document)
}

fn to_json(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => value.into(),
        Yaml::Number(number) => number
            .as_i64()
            .map_or_else(|| json!(number.as_f64().unwrap()), Value::from),
        Yaml::String(text) => text.into(),
        Yaml::Sequence(items) => items.into_iter().map(to_json).collect(),
        Yaml::Mapping(members) => {
            let members = members.into_iter().map(|(key, value)| (key_text(key), to_json(value)));
            Value::Object(members.collect())
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            intrinsic(tag.trim_start_matches('!'), to_json(tagged.value))
        }
    }
}

/// `!GetAtt A.B` is `{"Fn::GetAtt": ["A", "B"]}`, `!Ref A` is `{"Ref": "A"}`.
fn intrinsic(tag: &str, value: Value) -> Value {
    let name = match tag {
        "Ref" | "Condition" => tag.to_owned(),
        _ => format!("Fn::{tag}"),
    };
    let value = match value {
        Value::String(text) if tag == "GetAtt" => text.splitn(2, '.').map(Value::from).collect(),
        other => other,
    };
    Value::Object(Map::from_iter([(name, value)]))
}

/// Keys such as the status codes of a contract may be numbers.
fn key_text(key: Yaml) -> String {
    match to_json(key) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expands_anchors_merge_keys_and_intrinsic_functions() {
        let mut yaml: Yaml = serde_norway::from_str(
            "base: &base {a: 1, b: !If [C, !Ref X, !GetAtt Y.Z.W]}\nother: {<<: [*base], a: 2}\n200: !Sub '${X}'",
        )
        .unwrap();
        yaml.apply_merge().unwrap();
        let b = json!({"Fn::If": ["C", {"Ref": "X"}, {"Fn::GetAtt": ["Y", "Z.W"]}]});
        assert_eq!(
            to_json(yaml),
            json!({"base": {"a": 1, "b": b}, "other": {"a": 2, "b": b}, "200": {"Fn::Sub": "${X}"}})
        );
    }
}
