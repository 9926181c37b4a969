//! The contract and the template have the same routes, under the names of the functions.

use end_to_end::{project, schema};
use std::collections::BTreeSet;

/// A method, a path, and the name of what answers there.
type Route = (String, String, String);

/// What is between two pieces of a line.
fn between<'a>(line: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = line
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start:?} in {line:?}"));
    rest.split_once(end)
        .unwrap_or_else(|| panic!("no {end:?} in {line:?}"))
        .0
}

/// The routes of the template. A function with a second route has its event's name behind its own.
fn routes_of_the_template() -> BTreeSet<Route> {
    let template = std::fs::read_to_string(project().join("template.yaml")).unwrap();
    let mut binary = "";
    let mut routes = BTreeSet::new();
    for line in template.lines().map(str::trim) {
        if line.starts_with("BuildProperties: ") {
            binary = between(line, "{Binary: ", "}");
        } else if line.contains("Type: HttpApi,") {
            let (event, _) = line.split_once(':').unwrap();
            let name = match event {
                "Route" => binary.to_owned(),
                other => format!("{binary}-{}", other.to_lowercase()),
            };
            let method = between(line, "Method: ", ",");
            let path = between(line, "Path: '", "'");
            assert!(
                routes.insert((method.to_owned(), path.to_owned(), name)),
                "twice in template.yaml: {method} {path}"
            );
        }
    }
    routes
}

#[test]
fn the_contract_has_the_routes_of_the_template_under_the_names_of_its_functions() {
    let contract: BTreeSet<Route> = schema::operations()
        .iter()
        .map(|operation| (operation.method.clone(), operation.path.clone(), operation.id.clone()))
        .collect();
    let template = routes_of_the_template();
    let undocumented: Vec<_> = template.difference(&contract).collect();
    let of_nobody: Vec<_> = contract.difference(&template).collect();
    assert!(
        undocumented.is_empty() && of_nobody.is_empty(),
        "only in template.yaml: {undocumented:?}\nonly in openapi.yaml: {of_nobody:?}"
    );
}
