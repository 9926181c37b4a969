//! migrations/.

use crate::project;
use std::collections::BTreeMap;

/// The text of each migration by its number.
#[must_use]
pub fn migrations() -> BTreeMap<u32, String> {
    let files = std::fs::read_dir(project().join("migrations")).unwrap();
    files
        .map(|file| file.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let number = name.split_once('_').unwrap().0.parse().unwrap();
            (number, std::fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The number of the newest migration.
#[must_use]
pub fn newest() -> u32 {
    *migrations().keys().last().unwrap()
}
