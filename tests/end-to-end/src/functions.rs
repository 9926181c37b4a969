//! Deployed functions, as those who operate them see them: settings, sources and logs.

use crate::stack::Stack;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

impl Stack {
    /// Changes a variable of a function, has its alias lead to a version with it, and returns what it was before.
    pub async fn set_variable(&self, function: &str, name: &str, value: &str) -> String {
        let function = format!("functions/{}", self.resource(function));
        let ask = async |method, path: &str, body: &Value| {
            let request = self.lambda(method, &format!("{function}/{path}"));
            let answer = request.json(body).send().await.unwrap();
            assert!(answer.status().is_success(), "{answer:?}");
            answer.json::<Value>().await.unwrap()
        };
        let configuration = ask(Method::GET, "configuration", &json!({})).await;
        let mut variables = configuration["Environment"]["Variables"].clone();
        let before = variables[name].as_str().unwrap().to_owned();
        variables[name] = json!(value);
        let change = json!({"Environment": {"Variables": variables}});
        let _ = ask(Method::PUT, "configuration", &change).await;
        let version = ask(Method::POST, "versions", &json!({})).await;
        let _ = ask(
            Method::PUT,
            "aliases/live",
            &json!({"FunctionVersion": version["Version"]}),
        )
        .await;
        before
    }

    /// Whether a function reads the queue that it is meant for, from now on.
    pub async fn let_read(&self, function: &str, enabled: bool) {
        let query = [("FunctionName", self.resource(function))];
        let sources = self.lambda(Method::GET, "event-source-mappings/").query(&query);
        let sources: Value = sources.send().await.unwrap().json().await.unwrap();
        let source = sources["EventSourceMappings"][0]["UUID"].as_str().unwrap();
        let path = format!("event-source-mappings/{source}");
        let change = self.lambda(Method::PUT, &path).json(&json!({"Enabled": enabled}));
        let answer = change.send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
    }
}

/// What functions have logged since some moment.
#[derive(Debug)]
pub struct FunctionLog {
    from: u64,
}

impl FunctionLog {
    /// From now on.
    #[must_use]
    pub fn from_now() -> Self {
        let from = std::fs::metadata(&Stack::get().function_log).map_or(0, |log| log.len());
        Self { from }
    }

    /// The lines of a function, as JSON: what it logged, and the metrics it counted.
    #[must_use]
    pub fn lines(&self, function: &str) -> Vec<Value> {
        let mut log = File::open(&Stack::get().function_log).unwrap();
        log.seek(SeekFrom::Start(self.from)).unwrap();
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        let lines = lines.filter(|(name, _)| *name == function);
        lines
            .filter_map(|(_, line)| serde_json::from_str(line.trim()).ok())
            .collect()
    }

    /// The lines of a function that say this.
    #[must_use]
    pub fn that_say(&self, function: &str, message: &str) -> Vec<Value> {
        let mut lines = self.lines(function);
        lines.retain(|line| line["message"] == message);
        lines
    }

    /// The sum of what a function has counted (CloudWatch's Embedded Metric Format).
    #[must_use]
    pub fn metric(&self, function: &str, name: &str) -> u64 {
        let lines = self.lines(function);
        let counts = lines.iter().filter(|line| line.get("_aws").is_some());
        let counts = counts.filter_map(|line| line[name].as_u64());
        counts.sum()
    }
}
