//! A function is one file, one block in template.yaml and one sample event, all with the same name.

use super::{assert_same, binaries, names};
use contract::template::Template;
use contract::{migrations, read};
use std::collections::BTreeSet;

/// The types that a handler's state can consist of, and the variables that each reads.
const STATE_VARIABLES: [(&str, &[&str]); 7] = [
    ("Cursors", &["CURSOR_SECRET"]),
    ("Discord", &["DISCORD_WEBHOOKS"]),
    ("Migrator", &["USER_DB_MASTER_SECRET", "USER_DB_URL"]),
    ("TokenIssuer", &["TOKEN_SECRETS"]),
    ("TokenVerifier", &["TOKEN_SECRETS"]),
    ("Topic", &["TOPIC_ARN"]),
    ("UserDb", &["USER_DB_URL"]),
];

#[test]
fn every_binary_is_a_function_of_the_template() {
    let template = Template::read();
    let deployed = template
        .functions()
        .map(|function| function.binary().to_owned())
        .collect();
    assert_same(&deployed, &binaries().into_iter().map(|(_, binary)| binary).collect());
}

#[test]
fn every_function_has_a_sample_event() {
    let events = names("events");
    let binaries: BTreeSet<_> = binaries().into_iter().map(|(_, binary)| binary).collect();
    let missing: Vec<_> = binaries.difference(&events).collect();
    assert!(missing.is_empty(), "no event: {missing:?}");
    let is_unused = |event: &&String| !binaries.iter().any(|binary| event.starts_with(binary));
    let unused: Vec<_> = events.iter().filter(is_unused).collect();
    assert!(unused.is_empty(), "no function: {unused:?}");
}

#[test]
fn every_binary_is_in_the_folder_of_its_resource() {
    for (package, binary) in binaries() {
        assert!(
            binary.starts_with(&package) || package == "pipeline",
            "{binary} is in functions/{package}"
        );
    }
}

#[test]
fn the_pipeline_has_every_function_without_a_route() {
    let template = Template::read();
    let without_route = template.functions().filter(|function| function.routes().is_empty());
    let without_route = without_route.map(|function| function.binary().to_owned());
    let outside = binaries().into_iter().filter(|(package, _)| package == "pipeline");
    assert_same(
        &without_route.filter(|binary| binary != "user-db-migrate").collect(),
        &outside.map(|(_, binary)| binary).collect(),
    );
}

#[test]
fn every_function_has_exactly_the_variables_and_stores_that_it_uses() {
    let template = Template::read();
    let packages: Vec<_> = binaries().into_iter().collect();
    for function in template.functions() {
        let binary = function.binary();
        let (package, _) = packages.iter().find(|(_, name)| name == binary).unwrap();
        let source = read(&format!("functions/{package}/src/bin/{binary}.rs"));
        let used = STATE_VARIABLES.iter().filter(|(state, _)| source.contains(state));
        let mut variables: BTreeSet<_> = used.flat_map(|(_, variables)| variables.iter().copied()).collect();
        if variables.contains("TOKEN_SECRETS") {
            // Cursors then derive their key from the token secrets.
            variables.remove("CURSOR_SECRET");
        }
        assert_eq!(function.variables(), variables, "{binary}");
        assert_eq!(function.uses_main_db(), source.contains("MainDb"), "{binary}");
    }
}

#[test]
fn exactly_the_functions_of_user_db_are_in_the_network_and_wait_for_the_migration() {
    let template = Template::read();
    let networks: BTreeSet<_> = template
        .functions()
        .filter_map(|function| function.vpc_config().map(ToString::to_string))
        .collect();
    assert_eq!(networks.len(), 1, "{networks:?}");
    for function in template.functions() {
        let binary = function.binary();
        let uses_user_db = function.variables().contains("USER_DB_URL");
        assert_eq!(function.vpc_config().is_some(), uses_user_db, "{binary}");
        let is_migration = binary == "user-db-migrate";
        assert_eq!(
            function.waits_for_migration(),
            uses_user_db && !is_migration,
            "{binary}"
        );
    }
}

#[test]
fn only_routes_give_up_early_when_user_db_is_paused() {
    let template = Template::read();
    for function in template.functions() {
        let binary = function.binary();
        if function.variables().contains("USER_DB_URL") && binary != "user-db-migrate" {
            let (package, _) = binaries().into_iter().find(|(_, name)| name == binary).unwrap();
            let source = read(&format!("functions/{package}/src/bin/{binary}.rs"));
            let waits = source.contains("ConnectWait::Queue") || source.contains("ConnectWait::Job");
            assert_eq!(waits, function.routes().is_empty(), "{binary}");
        }
    }
}

#[test]
fn a_deployment_runs_the_newest_migration() {
    let template = Template::read();
    let version = &template.resource("Migration")["Properties"]["Version"]["Fn::Sub"];
    assert_eq!(*version, format!("{}.${{SecretsRevision}}", migrations::newest()));
}
