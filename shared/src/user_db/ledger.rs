//! Writing the points: the ledger, and each user's total in the same transaction.

use super::{UserDb, UserDbError, read_user_id};
use crate::domain::id::UserId;
use crate::messages::PointEvent;
use serde_json::json;
use sqlx::{MySql, Transaction};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How often a batch is tried that loses a deadlock, waits too long for a lock, or loses its connection.
const ATTEMPTS: u32 = 4;
/// Errors after which the same transaction may succeed, for none of it was stored: the server shuts down
/// (`ER_SERVER_SHUTDOWN`), a lock is not to be had (`ER_LOCK_WAIT_TIMEOUT`, `ER_LOCK_DEADLOCK`), the connection was
/// killed (`ER_CONNECTION_KILLED` of MariaDB, `ER_SESSION_WAS_KILLED` of MySQL).
const TRY_AGAIN: [u16; 5] = [1053, 1205, 1213, 1927, 3169];

/// What became of a batch of events.
#[derive(Debug, Default)]
pub struct Posting {
    /// The events that are in the ledger as of now, each once.
    pub entered: Vec<PointEvent>,
    /// The events that were in the ledger before, but whose notice was not published yet.
    pub owed: Vec<PointEvent>,
    /// How many deliveries brought nothing new: their event was in the ledger before, or came more than once.
    pub duplicates: usize,
    /// The users who do not exist; their events are not in the ledger.
    pub unknown_users: HashSet<UserId>,
}

impl Posting {
    /// The events whose notice has to be published now.
    pub fn to_notify(&self) -> impl Iterator<Item = &PointEvent> + Clone {
        self.entered.iter().chain(&self.owed)
    }
}

impl UserDb {
    /// Enters events into the ledger and adds their points to the users' totals, all in one transaction.
    ///
    /// An event that is there already changes nothing. The number of statements does not grow with the batch: a batch
    /// travels as one JSON array that the database takes apart.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed; nothing is stored then.
    pub async fn post(&self, events: &[PointEvent]) -> Result<Posting, UserDbError> {
        persist(|| self.try_to_post(events)).await
    }

    async fn try_to_post(&self, deliveries: &[PointEvent]) -> Result<Posting, UserDbError> {
        let events: BTreeMap<&str, &PointEvent> = deliveries.iter().map(|e| (e.event_id.as_str(), e)).collect();
        let mut transaction = self.pool.begin().await?;
        // Whoever holds a user's row owns all of that user's events, so what follows cannot be overtaken by another
        // batch with the same event in it.
        let users = lock_users(&mut transaction, events.values().map(|event| event.user_id).collect()).await?;
        let entered = entered(&mut transaction, &events).await?;
        let mut posting = sort_out(events, &users, &entered);
        let known = deliveries.iter().filter(|event| users.contains(&event.user_id));
        posting.duplicates = known.count() - posting.entered.len();
        if !posting.entered.is_empty() {
            insert(&mut transaction, &posting.entered).await?;
            add_to_totals(&mut transaction, &posting.entered).await?;
        }
        transaction.commit().await?;
        Ok(posting)
    }

    /// Remembers that the notice of these events is published.
    ///
    /// # Errors
    /// [`UserDbError`] when the database failed; the notice may then be published once more.
    pub async fn mark_notified(&self, events: impl Iterator<Item = &PointEvent>) -> Result<(), UserDbError> {
        let ids: Vec<&str> = events.map(|event| event.event_id.as_str()).collect();
        persist(|| self.try_to_mark_notified(&ids)).await
    }

    async fn try_to_mark_notified(&self, ids: &[&str]) -> Result<(), UserDbError> {
        sqlx::query!(
            "UPDATE points p
             JOIN JSON_TABLE(?, '$[*]' COLUMNS (event_id VARCHAR(64) PATH '$')) j ON j.event_id = p.event_id
             SET p.notified_at = CURRENT_TIMESTAMP(3)",
            json!(ids).to_string()
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// What is new, and the rest of the batch: who is unknown, and what was entered but not told.
fn sort_out(events: BTreeMap<&str, &PointEvent>, users: &HashSet<UserId>, entered: &HashMap<String, bool>) -> Posting {
    let mut posting = Posting::default();
    for (id, event) in events {
        match entered.get(id) {
            Some(true) => {}
            Some(false) => posting.owed.push(event.clone()),
            None if users.contains(&event.user_id) => posting.entered.push(event.clone()),
            None => {
                posting.unknown_users.insert(event.user_id);
            }
        }
    }
    posting
}

/// Locks the rows of users in the order of their ids, so that two batches cannot each wait for the other, and answers
/// with those that exist.
async fn lock_users(
    transaction: &mut Transaction<'_, MySql>,
    users: std::collections::BTreeSet<UserId>,
) -> Result<HashSet<UserId>, UserDbError> {
    // The join reads the array from its start, one user after the other.
    let rows = sqlx::query!(
        "SELECT STRAIGHT_JOIN u.user_id
         FROM JSON_TABLE(?, '$[*]' COLUMNS (user_id BIGINT UNSIGNED PATH '$')) j
         JOIN users u ON u.user_id = j.user_id
         FOR UPDATE",
        json!(users).to_string()
    )
    .fetch_all(&mut **transaction)
    .await?;
    rows.into_iter().map(|row| read_user_id(row.user_id)).collect()
}

/// The events that are in the ledger already, and whether their notice is published.
async fn entered(
    transaction: &mut Transaction<'_, MySql>,
    events: &BTreeMap<&str, &PointEvent>,
) -> Result<HashMap<String, bool>, UserDbError> {
    let ids: Vec<&&str> = events.keys().collect();
    let rows = sqlx::query!(
        r#"SELECT STRAIGHT_JOIN p.event_id, p.notified_at IS NOT NULL AS "told: bool"
           FROM JSON_TABLE(?, '$[*]' COLUMNS (event_id VARCHAR(64) PATH '$')) j
           JOIN points p ON p.event_id = j.event_id"#,
        json!(ids).to_string()
    )
    .fetch_all(&mut **transaction)
    .await?;
    Ok(rows.into_iter().map(|row| (row.event_id, row.told)).collect())
}

async fn insert(transaction: &mut Transaction<'_, MySql>, events: &[PointEvent]) -> Result<(), UserDbError> {
    let rows: Vec<_> = events
        .iter()
        .map(|event| {
            json!({
                "event_id": event.event_id,
                "user_id": event.user_id,
                "marathon_id": event.marathon_id,
                "bib": event.bib,
                "point": event.point,
                "reason": event.reason(),
            })
        })
        .collect();
    sqlx::query!(
        "INSERT INTO points (event_id, user_id, marathon_id, bib, point, reason)
         SELECT j.event_id, j.user_id, j.marathon_id, j.bib, j.point, j.reason
         FROM JSON_TABLE(?, '$[*]' COLUMNS (
             event_id VARCHAR(64) PATH '$.event_id',
             user_id BIGINT UNSIGNED PATH '$.user_id',
             marathon_id VARCHAR(36) PATH '$.marathon_id',
             bib VARCHAR(10) PATH '$.bib',
             point BIGINT PATH '$.point',
             reason VARCHAR(200) PATH '$.reason'
         )) j",
        serde_json::to_string(&rows)?
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn add_to_totals(transaction: &mut Transaction<'_, MySql>, events: &[PointEvent]) -> Result<(), UserDbError> {
    let mut changes: BTreeMap<UserId, i64> = BTreeMap::new();
    for event in events {
        *changes.entry(event.user_id).or_default() += event.point;
    }
    let rows: Vec<_> = changes
        .iter()
        .map(|(user, point)| json!({"user_id": user, "point": point}))
        .collect();
    sqlx::query!(
        "UPDATE users u
         JOIN JSON_TABLE(?, '$[*]' COLUMNS (
             user_id BIGINT UNSIGNED PATH '$.user_id',
             point BIGINT PATH '$.point'
         )) j ON j.user_id = u.user_id
         SET u.total_point = u.total_point + j.point",
        serde_json::to_string(&rows)?
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Does again, a few times, what fails in a way that passes.
async fn persist<T, F: Future<Output = Result<T, UserDbError>>>(work: impl Fn() -> F) -> Result<T, UserDbError> {
    for _ in 1..ATTEMPTS {
        match work().await {
            Err(UserDbError::Database(error)) if may_succeed_again(&error) => {}
            done => return done,
        }
    }
    work().await
}

/// Whether trying again is worth it. A lost connection leaves open whether the transaction was stored; if it was, its
/// events are duplicates the next time.
fn may_succeed_again(error: &sqlx::Error) -> bool {
    if matches!(error, sqlx::Error::Io(_)) {
        return true;
    }
    let database = error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>());
    database.is_some_and(|error| TRY_AGAIN.contains(&error.number()))
}
