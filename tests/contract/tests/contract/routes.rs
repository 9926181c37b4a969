//! Every file with routes has the routes of template.yaml.

use super::assert_same;
use contract::template::Template;
use contract::{openapi, project, read};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

/// The routes with their binaries, as in `GET /points points-ranking`.
fn deployed() -> BTreeSet<String> {
    let routes = Template::read().routes().into_iter();
    routes.map(|(route, binary)| format!("{route} {binary}")).collect()
}

#[test]
fn the_contract_has_the_routes_of_the_template() {
    let document = openapi::document();
    let documented = openapi::operations(&document)
        .iter()
        .map(|operation| format!("{} {}", operation.route(), operation.function()))
        .collect();
    assert_same(&documented, &deployed());
}

#[test]
fn cargo_lambda_watch_has_the_routes_of_the_template() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(project())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let router = &metadata["metadata"]["lambda"]["watch"]["router"];
    let mut watched = BTreeSet::new();
    for (path, functions) in router.as_object().unwrap() {
        for function in functions.as_array().unwrap() {
            let text = |name: &str| function[name].as_str().unwrap();
            watched.insert(format!("{} {path} {}", text("method"), text("function")));
        }
    }
    assert_same(&watched, &deployed());
}

#[test]
fn monitoring_has_every_function_with_a_route() {
    let template = Template::read();
    let functions = template.functions().filter(|function| !function.routes().is_empty());
    let functions = functions.map(|function| function.logical_id.to_owned()).collect();
    let list = &template.resource("Monitoring")["Properties"]["Parameters"]["RouteFunctions"]["Fn::Join"][1];
    let monitored = list.as_array().unwrap().iter();
    let monitored = monitored
        .map(|function| function["Ref"].as_str().unwrap().to_owned())
        .collect();
    assert_same(&monitored, &functions);
}

#[test]
fn every_throttled_route_exists() {
    let template = Template::read();
    let settings = template.resource("Api")["Properties"]["RouteSettings"]
        .as_object()
        .unwrap();
    assert!(settings.contains_key("POST /users/login"), "{settings:?}");
    let routes = template.routes();
    for route in settings.keys() {
        assert!(routes.contains_key(route), "{route}");
    }
}

#[test]
fn the_authorization_table_has_a_row_for_every_route() {
    let table = read("tests/authorization.txt");
    let rows = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with([' ', '#']));
    let rows: BTreeSet<_> = rows
        .map(|row| {
            let mut words = row.split_whitespace();
            let (method, path) = (words.next().unwrap(), words.next().unwrap());
            format!("{method} {}", path.replace("=me}", "}"))
        })
        .collect();
    assert_same(&rows, &Template::read().routes().into_keys().collect());
}
