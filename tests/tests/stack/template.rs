//! A function is one file, one block in the template and one sample event, under one name.

use end_to_end::project;
use std::collections::BTreeSet;
use std::path::Path;

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
    let template = std::fs::read_to_string(project().join("template.yaml")).unwrap();
    let named = template
        .lines()
        .filter_map(|line| line.trim().strip_prefix("BuildProperties: {Binary: "));
    let functions: BTreeSet<_> = named.map(|name| name.trim_end_matches('}').to_owned()).collect();
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
