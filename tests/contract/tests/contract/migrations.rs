//! A migration must not break the release before it, which still runs during a deployment.

use contract::migrations::migrations;

/// Marks the second half of an expand-and-contract change, which removes what only older releases use.
const CONTRACT: &str = "-- contract: ";
/// Keywords of statements that remove, rename or change something.
const REMOVING: [&str; 5] = ["DROP", "RENAME", "MODIFY", "CHANGE", "TRUNCATE"];
/// Keywords of constraints that can reject rows of the older release.
const CONSTRAINING: [&str; 3] = ["UNIQUE", "CHECK", "FOREIGN"];

/// The first statement of a migration that the older release is not compatible with.
///
/// A keyword search: it cannot find every incompatibility.
fn incompatible(migration: &str) -> Option<String> {
    if migration.lines().any(|line| line.starts_with(CONTRACT)) {
        return None;
    }
    let lines = migration
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default());
    let code = lines.collect::<Vec<_>>().join(" ").to_uppercase().replace("''", "");
    let without_texts: String = code.split('\'').step_by(2).collect();
    without_texts
        .split(';')
        .find(|statement| {
            let words: Vec<_> = statement
                .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .filter(|word| !word.is_empty())
                .collect();
            let is_new = words.starts_with(&["CREATE", "TABLE"]);
            let removes = words.iter().any(|word| REMOVING.contains(word));
            let constrains = !is_new && words.iter().any(|word| CONSTRAINING.contains(word));
            // The older release inserts rows without the new column.
            let requires_value = !is_new
                && statement
                    .split("ADD ")
                    .skip(1)
                    .any(|added| added.contains("NOT NULL") && !added.contains("DEFAULT"));
            removes || constrains || requires_value
        })
        .map(|statement| statement.trim().to_owned())
}

#[test]
fn migrations_are_compatible_with_the_release_before() {
    for (number, migration) in migrations() {
        assert_eq!(
            incompatible(&migration),
            None,
            "{number}: see \"Migrations\" in docs/operations.md"
        );
    }
}

#[test]
fn finds_incompatible_statements() {
    for compatible in [
        "CREATE TABLE a (b INT NOT NULL, CONSTRAINT c UNIQUE (b)) COMMENT 'it''s no DROP'; -- nor a RENAME",
        "ALTER TABLE a ADD COLUMN b INT NOT NULL DEFAULT 1, ADD c INT NULL COMMENT 'UNIQUE'",
        "CREATE INDEX b ON a (c)",
        "-- contract: nobody has read b since 1.4\nALTER TABLE a DROP COLUMN b",
    ] {
        assert_eq!(incompatible(compatible), None);
    }
    for incompatible_statement in [
        "ALTER TABLE a DROP COLUMN b",
        "ALTER TABLE a ADD COLUMN b INT DEFAULT 1, ADD c INT NOT NULL",
        "ALTER TABLE a MODIFY b BIGINT",
        "ALTER TABLE a CHANGE b c INT",
        "RENAME TABLE a TO b",
        "ALTER TABLE a ADD UNIQUE (b)",
        "CREATE UNIQUE INDEX b ON a (c)",
        "SELECT 1; drop table a",
    ] {
        assert!(
            incompatible(incompatible_statement).is_some(),
            "{incompatible_statement}"
        );
    }
}
