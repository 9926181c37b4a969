//! Files that must agree with each other, in one binary so that it links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod functions;
mod layers;
mod migrations;
mod routes;

use contract::project;
use std::collections::BTreeSet;

/// The names of the files in a folder, without extensions.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(project().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    entries
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

/// The folder below functions/ and the name of each binary.
fn binaries() -> BTreeSet<(String, String)> {
    let packages = names("functions").into_iter();
    packages
        .flat_map(|package| {
            let binaries = names(&format!("functions/{package}/src/bin"));
            binaries.into_iter().map(move |binary| (package.clone(), binary))
        })
        .collect()
}

fn assert_same(left: &BTreeSet<String>, right: &BTreeSet<String>) {
    let differences: Vec<_> = left.symmetric_difference(right).collect();
    assert!(differences.is_empty(), "only in one of the two: {differences:?}");
}
