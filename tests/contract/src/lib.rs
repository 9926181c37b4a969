//! Readers of the files that describe the application: template.yaml, api/ and migrations/.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod journey;
pub mod migrations;
pub mod openapi;
pub mod template;
mod yaml;

use std::path::{Path, PathBuf};

/// The root folder of the project.
#[must_use]
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

/// A text file of the project.
#[must_use]
pub fn read(path: &str) -> String {
    let path = project().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
