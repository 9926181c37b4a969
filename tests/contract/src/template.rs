//! template.yaml.

use crate::yaml::read_yaml;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The SAM template.
pub struct Template(Value);

/// A function of the template.
pub struct Function<'a> {
    pub logical_id: &'a str,
    resource: &'a Value,
}

impl Template {
    #[must_use]
    pub fn read() -> Self {
        Self(read_yaml("template.yaml"))
    }

    /// A resource by its logical id.
    #[must_use]
    pub fn resource(&self, logical_id: &str) -> &Value {
        self.resources()
            .get(logical_id)
            .unwrap_or_else(|| panic!("template.yaml has no {logical_id}"))
    }

    pub fn functions(&self) -> impl Iterator<Item = Function<'_>> {
        let resources = self.resources().iter();
        resources
            .filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function")
            .map(|(logical_id, resource)| Function { logical_id, resource })
    }

    /// The binary of each route, such as `GET /points`.
    #[must_use]
    pub fn routes(&self) -> BTreeMap<String, String> {
        let mut routes = BTreeMap::new();
        for function in self.functions() {
            for route in function.routes() {
                let other = routes.insert(route.clone(), function.binary().to_owned());
                assert_eq!(other, None, "{route} has two functions");
            }
        }
        routes
    }

    fn resources(&self) -> &Map<String, Value> {
        self.0["Resources"].as_object().unwrap()
    }
}

impl<'a> Function<'a> {
    #[must_use]
    pub fn binary(&self) -> &'a str {
        self.resource["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap()
    }

    /// The environment variables that not every function has.
    #[must_use]
    pub fn variables(&self) -> BTreeSet<&'a str> {
        let variables = self.properties()["Environment"]["Variables"].as_object();
        variables.into_iter().flat_map(Map::keys).map(String::as_str).collect()
    }

    /// The network, if the function is in one.
    #[must_use]
    pub fn vpc_config(&self) -> Option<&'a Value> {
        self.properties().get("VpcConfig")
    }

    #[must_use]
    pub fn waits_for_migration(&self) -> bool {
        self.resource["DependsOn"] == "Migration"
    }

    /// Whether its policies allow actions on DynamoDB tables.
    #[must_use]
    pub fn uses_main_db(&self) -> bool {
        self.properties()["Policies"].to_string().contains("\"dynamodb:")
    }

    /// The routes of its API events.
    #[must_use]
    pub fn routes(&self) -> Vec<String> {
        let events = self.properties()["Events"].as_object();
        events
            .into_iter()
            .flat_map(Map::values)
            .filter(|event| event["Type"] == "HttpApi")
            .map(|event| {
                let text = |name: &str| event["Properties"][name].as_str().unwrap();
                format!("{} {}", text("Method"), text("Path"))
            })
            .collect()
    }

    fn properties(&self) -> &'a Value {
        &self.resource["Properties"]
    }
}
