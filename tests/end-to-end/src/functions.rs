//! Deployed functions: their configuration, event sources and logs.

use crate::stack::Stack;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

impl Stack {
    /// Changes an environment variable of a function, points its alias to a version with the new value, and returns the
    /// previous value.
    pub async fn set_variable(&self, function: &str, name: &str, value: &str) -> String {
        let function = format!("functions/{}", self.resource(function));
        let call = async |method, path: &str, body: &Value| {
            let request = self.lambda(method, &format!("{function}/{path}"));
            let response = request.json(body).send().await.unwrap();
            assert!(response.status().is_success(), "{response:?}");
            response.json::<Value>().await.unwrap()
        };
        let configuration = call(Method::GET, "configuration", &json!({})).await;
        let mut variables = configuration["Environment"]["Variables"].clone();
        let previous = variables[name].as_str().unwrap().to_owned();
        variables[name] = json!(value);
        let change = json!({"Environment": {"Variables": variables}});
        let _ = call(Method::PUT, "configuration", &change).await;
        let version = call(Method::POST, "versions", &json!({})).await;
        let alias = json!({"FunctionVersion": version["Version"]});
        let _ = call(Method::PUT, "aliases/live", &alias).await;
        previous
    }

    /// Enables or disables the event source of a function.
    pub async fn set_event_source_enabled(&self, function: &str, enabled: bool) {
        let query = [("FunctionName", self.resource(function))];
        let sources = self.lambda(Method::GET, "event-source-mappings/").query(&query);
        let sources: Value = sources.send().await.unwrap().json().await.unwrap();
        let source = sources["EventSourceMappings"][0]["UUID"].as_str().unwrap();
        let path = format!("event-source-mappings/{source}");
        let change = self.lambda(Method::PUT, &path).json(&json!({"Enabled": enabled}));
        let response = change.send().await.unwrap();
        assert!(response.status().is_success(), "{response:?}");
    }
}

/// The log of all functions from some position on.
#[derive(Debug)]
pub struct FunctionLog {
    start: u64,
}

impl FunctionLog {
    /// The log from its current end.
    #[must_use]
    pub fn from_now() -> Self {
        let start = std::fs::metadata(&Stack::get().function_log).map_or(0, |log| log.len());
        Self { start }
    }

    /// The JSON lines of a function: events and metrics.
    #[must_use]
    pub fn lines(&self, function: &str) -> Vec<Value> {
        let mut log = File::open(&Stack::get().function_log).unwrap();
        log.seek(SeekFrom::Start(self.start)).unwrap();
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        let lines = lines.filter(|(name, _)| *name == function);
        lines
            .filter_map(|(_, line)| serde_json::from_str(line.trim()).ok())
            .collect()
    }

    /// The lines of a function with this `message`.
    #[must_use]
    pub fn with_message(&self, function: &str, message: &str) -> Vec<Value> {
        let mut lines = self.lines(function);
        lines.retain(|line| line["message"] == message);
        lines
    }

    /// The sum of a function's values of a metric (CloudWatch Embedded Metric Format).
    #[must_use]
    pub fn metric(&self, function: &str, name: &str) -> u64 {
        let lines = self.lines(function);
        let metrics = lines.iter().filter(|line| line.get("_aws").is_some());
        let values = metrics.filter_map(|line| line[name].as_u64());
        values.sum()
    }
}
