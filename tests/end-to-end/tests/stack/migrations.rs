//! Migrations: compatibility with the previous release, and the accounts that they create.

use end_to_end::{Stack, project};
use serde_json::json;
use shared::user_db::ApplicationAccount;
use sqlx::mysql::MySqlConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, MySqlConnection};
use std::collections::BTreeMap;
use user_db_migrate::Migrator;
use uuid::Uuid;

/// What a file says that takes away what only versions before the last used.
const CONTRACT: &str = "-- contract: ";
/// Words that take something away, or give it another name or shape.
const TAKING: [&str; 5] = ["DROP", "RENAME", "MODIFY", "CHANGE", "TRUNCATE"];
/// Words that reject rows which were good before.
const REFUSING: [&str; 3] = ["UNIQUE", "CHECK", "FOREIGN"];

/// The text of each migration by its number.
fn migrations() -> BTreeMap<u32, String> {
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
pub(super) fn newest() -> u32 {
    *migrations().keys().last().unwrap()
}

/// The statement of a migration that the version before it does not survive, if there is one.
///
/// It looks at words, not at meaning: what it lets pass can still be wrong.
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
            let takes = words.iter().any(|word| TAKING.contains(word));
            let rejects = !is_new && words.iter().any(|word| REFUSING.contains(word));
            // A row that the version before it writes has no value for the column.
            let demands = !is_new
                && statement
                    .split("ADD ")
                    .skip(1)
                    .any(|added| added.contains("NOT NULL") && !added.contains("DEFAULT"));
            takes || rejects || demands
        })
        .map(|statement| statement.trim().to_owned())
}

#[test]
fn the_version_before_a_migration_survives_it() {
    for (number, migration) in migrations() {
        assert_eq!(
            incompatible(&migration),
            None,
            "{number}: see \"Migrations\" in docs/operations.md"
        );
    }
}

#[test]
fn what_the_version_before_would_not_survive_is_seen() {
    for compatible in [
        "CREATE TABLE a (b INT NOT NULL, CONSTRAINT c UNIQUE (b)) COMMENT 'it''s no DROP'; -- nor a RENAME",
        "ALTER TABLE a ADD COLUMN b INT NOT NULL DEFAULT 1, ADD c INT NULL COMMENT 'UNIQUE'",
        "CREATE INDEX b ON a (c)",
        "-- contract: nobody has read b since 1.4\nALTER TABLE a DROP COLUMN b",
    ] {
        assert_eq!(incompatible(compatible), None);
    }
    for harmful in [
        "ALTER TABLE a DROP COLUMN b",
        "ALTER TABLE a ADD COLUMN b INT DEFAULT 1, ADD c INT NOT NULL",
        "ALTER TABLE a MODIFY b BIGINT",
        "ALTER TABLE a CHANGE b c INT",
        "RENAME TABLE a TO b",
        "ALTER TABLE a ADD UNIQUE (b)",
        "CREATE UNIQUE INDEX b ON a (c)",
        "SELECT 1; drop table a",
    ] {
        assert!(incompatible(harmful).is_some(), "{harmful}");
    }
}

/// Executes a statement; the error is MySQL's message.
async fn run(connection: &mut MySqlConnection, statement: &str) -> Result<(), String> {
    let statement = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()));
    connection
        .execute(statement)
        .await
        .map(drop)
        .map_err(|error| error.to_string())
}

#[tokio::test]
async fn creates_the_database_and_an_account_with_minimal_privileges() {
    let stack = Stack::get();
    let server: MySqlConnectOptions = stack.user_db.parse().unwrap();
    let (host, port) = (server.get_host(), server.get_port());
    let id = &Uuid::now_v7().simple().to_string()[20..];
    let master = json!({"username": "master", "password": "it's/a%secret"});
    let secret = stack.create_secret(&master.to_string()).await;
    let address = |password: &str| format!("mysql://app_{id}:{password}@{host}:{port}/made_{id}");
    let migrate = async |address: &str| {
        let migrator = Migrator::managed(secret.clone(), ApplicationAccount::from_url(address).unwrap()).unwrap();
        migrator.migrate().await.map(u32::try_from).unwrap().unwrap()
    };

    // The first migration creates the database and the account, the second finds them.
    assert_eq!(migrate(&address("first")).await, newest());
    assert_eq!(migrate(&address("first")).await, newest());
    let mut application = MySqlConnection::connect(&address("first")).await.unwrap();
    run(&mut application, "DELETE FROM login_failures").await.unwrap();
    for forbidden in [
        "CREATE TABLE a (b INT)",
        "DROP TABLE points",
        "ALTER TABLE users ADD a INT",
    ] {
        let error = run(&mut application, forbidden).await.unwrap_err();
        assert!(error.contains("denied"), "{forbidden}: {error}");
    }

    // The account gets a new password.
    assert_eq!(migrate(&address("second")).await, newest());
    assert!(MySqlConnection::connect(&address("first")).await.is_err());
    MySqlConnection::connect(&address("second")).await.unwrap();

    // After a rollback, the schema is newer than the release.
    let master = server
        .clone()
        .username("master")
        .password("it's/a%secret")
        .database(&format!("made_{id}"));
    let mut master = master.connect().await.unwrap();
    let newer_migration = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'later', 1, '', 0)";
    run(&mut master, newer_migration).await.unwrap();
    assert_eq!(migrate(&address("second")).await, newest());
    run(&mut master, &format!("DROP DATABASE made_{id}")).await.unwrap();
    run(&mut master, &format!("DROP USER app_{id}")).await.unwrap();
}
