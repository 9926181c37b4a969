//! The accounts that the migration creates in the database.

use contract::migrations::newest;
use end_to_end::Stack;
use serde_json::json;
use shared::user_db::ApplicationAccount;
use sqlx::mysql::MySqlConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, MySqlConnection};
use user_db_migrate::Migrator;
use uuid::Uuid;

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
