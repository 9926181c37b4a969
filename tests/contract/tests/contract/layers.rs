//! The modules of the crate `shared` use only those that ARCHITECTURE.md allows.

use contract::project;
use std::collections::BTreeSet;
use std::fs::{read_dir, read_to_string};
use std::path::{Path, PathBuf};

/// Each module, and the modules that it may use.
const ALLOWED: [(&str, &[&str]); 13] = [
    ("domain", &[]),
    ("config", &[]),
    ("telemetry", &["config"]),
    ("https_client", &[]),
    ("aws", &["config"]),
    ("metrics", &["config", "domain"]),
    ("auth", &["config", "domain"]),
    ("pipeline", &["aws", "config", "domain", "https_client"]),
    ("main_db", &["aws", "config", "domain"]),
    ("user_db", &["auth", "config", "domain"]),
    ("http", &["auth", "config", "domain"]),
    ("api", &["auth", "domain", "http", "main_db", "pipeline", "user_db"]),
    (
        "runtime",
        &["config", "http", "https_client", "metrics", "pipeline", "telemetry"],
    ),
];

#[test]
fn modules_use_only_the_layers_below() {
    let root = project().join("shared/src");
    let mut checked = BTreeSet::new();
    for file in rust_files(&root) {
        let relative = file.strip_prefix(&root).unwrap().with_extension("");
        let module = relative.iter().next().unwrap().to_str().unwrap().to_owned();
        if module == "lib" {
            continue;
        }
        let (_, allowed) = ALLOWED
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| panic!("{module} is not in the list"));
        for used in used_modules(&read_to_string(&file).unwrap()) {
            assert!(
                used == module || allowed.contains(&used.as_str()),
                "{} uses {used}",
                file.display()
            );
        }
        checked.insert(module);
    }
    assert_eq!(checked.len(), ALLOWED.len(), "{checked:?}");
}

/// The first segment of each path that begins with `crate::`, except in unit tests: they may combine modules as functions
/// do.
fn used_modules(source: &str) -> BTreeSet<String> {
    let (code, _tests) = source.split_once("#[cfg(test)]\nmod tests {").unwrap_or((source, ""));
    let paths = code.split("crate::").skip(1);
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    paths
        .map(|path| path.chars().take_while(|c| is_name(*c)).collect())
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.extension() {
            None => rust_files(&path),
            Some(extension) if extension == "rs" => vec![path],
            Some(_) => Vec::new(),
        })
        .collect()
}
