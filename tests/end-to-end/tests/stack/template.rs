//! A function is one file, one block in the template and one sample event, under one name.

use super::migrations::newest;
use end_to_end::project;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// What a function's state can be made of, and the variables that it is set up from.
const STATE: [(&str, &[&str]); 7] = [
    ("Cursors", &["CURSOR_SECRET"]),
    ("Discord", &["DISCORD_WEBHOOKS"]),
    ("Migrator", &["USER_DB_MASTER_SECRET", "USER_DB_URL"]),
    ("TokenIssuer", &["TOKEN_SECRET"]),
    ("TokenVerifier", &["TOKEN_SECRET", "TOKEN_SECRET_PREVIOUS"]),
    ("Topic", &["TOPIC_ARN"]),
    ("UserDb", &["USER_DB_URL"]),
];

/// A function of the template.
struct Function {
    binary: String,
    /// The lines of its block.
    block: Vec<String>,
}

impl Function {
    fn all() -> Vec<Self> {
        let template = std::fs::read_to_string(project().join("template.yaml")).unwrap();
        let mut functions: Vec<Self> = Vec::new();
        for line in template.lines() {
            if let Some(binary) = line.trim().strip_prefix("BuildProperties: {Binary: ") {
                let (binary, block) = (binary.trim_end_matches('}').to_owned(), Vec::new());
                functions.push(Self { binary, block });
            } else if let Some(function) = functions.last_mut() {
                function.block.push(line.to_owned());
            }
        }
        functions
    }

    /// The variables that it has and not every function.
    fn variables(&self) -> BTreeSet<&str> {
        let variables = self.block.iter().skip_while(|line| line.trim() != "Variables:").skip(1);
        variables
            .map_while(|line| line.strip_prefix("          "))
            .filter(|line| !line.starts_with([' ', '#']))
            .map(|line| line.split_once(':').unwrap().0)
            .collect()
    }

    /// The lines that say in which network it is.
    fn network(&self) -> Vec<&str> {
        let network = self
            .block
            .iter()
            .skip_while(|line| line.trim() != "VpcConfig: !If")
            .skip(1);
        network.map_while(|line| line.strip_prefix("        ")).collect()
    }

    fn reaches_main_db(&self) -> bool {
        self.block
            .iter()
            .any(|line| line.contains("Action") && line.contains("dynamodb:"))
    }

    /// Its routes, as in `GET /points`.
    fn routes(&self) -> impl Iterator<Item = String> {
        self.block
            .iter()
            .filter(|line| line.contains("Type: HttpApi"))
            .map(|line| {
                let method_and_path = line
                    .split_once("Method: ")
                    .and_then(|(_, rest)| rest.split_once(", Path: '"))
                    .and_then(|(method, rest)| Some((method, rest.split_once('\'')?.0)));
                let (method, path) = method_and_path.unwrap_or_else(|| panic!("no method and path: {line}"));
                format!("{method} {path}")
            })
    }
}

/// The binary that answers each route.
pub(super) fn routes() -> BTreeMap<String, String> {
    let functions = Function::all();
    let routes = functions
        .iter()
        .flat_map(|function| function.routes().map(|route| (route, function.binary.clone())));
    let routes: Vec<_> = routes.collect();
    let by_route: BTreeMap<_, _> = routes.iter().cloned().collect();
    assert_eq!(routes.len(), by_route.len(), "a route is there twice");
    by_route
}

/// The names of files in a folder, without their endings.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

fn binaries() -> BTreeSet<String> {
    let packages = names(&project().join("functions"));
    packages
        .iter()
        .flat_map(|package| names(&project().join("functions").join(package).join("src/bin")))
        .collect()
}

#[test]
fn every_binary_is_a_function_of_the_template() {
    let functions: BTreeSet<_> = Function::all().into_iter().map(|function| function.binary).collect();
    assert_eq!(functions, binaries());
}

#[test]
fn every_function_has_a_sample_event_and_every_event_a_function() {
    let events = names(&project().join("events"));
    let binaries = binaries();
    let missing: Vec<_> = binaries.difference(&events).collect();
    assert!(missing.is_empty(), "no sample event: {missing:?}");
    let of_nobody: Vec<_> = events
        .iter()
        .filter(|event| !binaries.iter().any(|name| event.starts_with(name)))
        .collect();
    assert!(of_nobody.is_empty(), "no function: {of_nobody:?}");
}

#[test]
fn every_throttled_route_exists() {
    let template = std::fs::read_to_string(project().join("template.yaml")).unwrap();
    let settings = template
        .lines()
        .skip_while(|line| line.trim() != "RouteSettings:")
        .skip(1);
    let throttled: BTreeSet<_> = settings
        .take_while(|line| line.starts_with("        "))
        .map(|line| line.trim().split_once(": ").unwrap().0.to_owned())
        .collect();
    assert!(throttled.contains("POST /users/login"), "{throttled:?}");
    let routes: BTreeSet<_> = routes().into_keys().collect();
    let unknown: Vec<_> = throttled.difference(&routes).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_binary_is_in_the_folder_of_its_resource() {
    for package in names(&project().join("functions"))
        .iter()
        .filter(|package| *package != "pipeline")
    {
        for binary in names(&project().join("functions").join(package).join("src/bin")) {
            assert!(binary.starts_with(package), "{binary} is in functions/{package}");
        }
    }
}

#[test]
fn every_function_has_the_variables_and_the_stores_it_uses_and_no_others() {
    let sources = project().join("functions");
    let source = |binary: &str| {
        let file = format!("src/bin/{binary}.rs");
        let mut paths = names(&sources)
            .into_iter()
            .map(|package| sources.join(package).join(&file));
        std::fs::read_to_string(paths.find(|path| path.exists()).unwrap()).unwrap()
    };
    for function in Function::all() {
        let Function { binary, .. } = &function;
        let source = source(binary);
        let used = STATE.iter().filter(|(state, _)| source.contains(state));
        let variables: BTreeSet<_> = used.flat_map(|(_, variables)| variables.iter().copied()).collect();
        assert_eq!(function.variables(), variables, "{binary}");
        assert_eq!(function.reaches_main_db(), source.contains("MainDb"), "{binary}");
    }
}

#[test]
fn a_function_is_in_the_network_and_waits_for_the_migration_exactly_if_it_uses_user_db() {
    let functions = Function::all();
    let networks: BTreeSet<_> = functions.iter().map(Function::network).collect();
    assert_eq!(networks.len(), 2, "one network and none: {networks:?}");
    for function in &functions {
        let uses_user_db = function.variables().contains("USER_DB_URL");
        assert_eq!(!function.network().is_empty(), uses_user_db, "{}", function.binary);
        let waits = function.block.iter().any(|line| line == "    DependsOn: Migration");
        let is_waited_for = function.binary == "user-db-migrate";
        assert_eq!(waits, uses_user_db && !is_waited_for, "{}", function.binary);
    }
}

#[test]
fn the_deployment_that_brings_a_migration_runs_it() {
    let template = std::fs::read_to_string(project().join("template.yaml")).unwrap();
    let version = format!("      Version: !Sub {}.${{SecretsRevision}}", newest());
    assert!(template.lines().any(|line| line == version), "Migration: {version}");
}

#[test]
fn cargo_lambda_watch_has_the_routes_of_the_template() {
    let metadata = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version=1",
            "--offline",
            "--manifest-path",
        ])
        .arg(project().join("Cargo.toml"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let router = metadata["metadata"]["lambda"]["watch"]["router"].as_object().unwrap();
    let watched: BTreeSet<_> = router
        .iter()
        .flat_map(|(path, functions)| {
            functions
                .as_array()
                .unwrap()
                .iter()
                .map(move |function| (path, function))
        })
        .map(|(path, function)| {
            let text = |name: &str| function[name].as_str().unwrap().to_owned();
            (format!("{} {path}", text("method")), text("function"))
        })
        .collect();
    let deployed = routes().into_iter().collect();
    let only_one_has: Vec<_> = watched.symmetric_difference(&deployed).collect();
    assert!(only_one_has.is_empty(), "{only_one_has:?}");
}
