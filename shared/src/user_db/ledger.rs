//! Posting points: the ledger and the users' totals in one transaction.

use super::{UserDb, UserDbError, read_user_id};
use crate::domain::id::UserId;
use crate::domain::point_event::PointEvent;
use serde_json::json;
use sqlx::{Connection, MySql, Transaction};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Attempts after a deadlock, a lock timeout or a lost connection.
const MAX_ATTEMPTS: u32 = 4;
/// `ER_SERVER_SHUTDOWN`, `ER_LOCK_WAIT_TIMEOUT`, `ER_LOCK_DEADLOCK`, `ER_CONNECTION_KILLED` (MariaDB) and
/// `ER_SESSION_WAS_KILLED` (MySQL). After these, nothing was stored, and a retry can succeed.
const RETRYABLE_ERRORS: [u16; 5] = [1053, 1205, 1213, 1927, 3169];

/// The result of posting a batch of events.
#[derive(Debug, Default)]
pub struct PostResult {
    /// The events that were added to the ledger.
    pub posted: Vec<PointEvent>,
    /// The events that were in the ledger before, but whose notification was not published yet.
    pub pending: Vec<PointEvent>,
    /// The number of repeated events: in the ledger before, or more than once in the batch.
    pub duplicates: usize,
    /// The users that do not exist; their events are not in the ledger.
    pub unknown_users: HashSet<UserId>,
}

impl PostResult {
    /// The events whose notification must be published now.
    pub fn to_notify(&self) -> impl Iterator<Item = &PointEvent> + Clone {
        self.posted.iter().chain(&self.pending)
    }
}

impl UserDb {
    /// Adds events to the ledger and their points to the users' totals in one transaction. Events that are already in the
    /// ledger change nothing.
    ///
    /// The number of statements is constant: the batch is passed as one JSON array, which `JSON_TABLE` expands.
    pub async fn post(&self, events: &[PointEvent]) -> Result<PostResult, UserDbError> {
        with_retries(|| self.try_to_post(events)).await
    }

    async fn try_to_post(&self, deliveries: &[PointEvent]) -> Result<PostResult, UserDbError> {
        let events: BTreeMap<&str, &PointEvent> = deliveries.iter().map(|e| (e.event_id.as_str(), e)).collect();
        let mut connection = self.connection().await?;
        let mut transaction = connection.begin().await?;
        // The lock on a user's row serializes all batches with events of that user, so another batch cannot post the same
        // event between the next two statements.
        let users = lock_users(&mut transaction, events.values().map(|event| event.user_id).collect()).await?;
        let existing = existing_events(&mut transaction, &events).await?;
        let mut result = classify(events, &users, &existing);
        let known = deliveries.iter().filter(|event| users.contains(&event.user_id));
        result.duplicates = known.count() - result.posted.len();
        if !result.posted.is_empty() {
            insert(&mut transaction, &result.posted).await?;
            add_to_totals(&mut transaction, &result.posted).await?;
        }
        transaction.commit().await?;
        Ok(result)
    }

    /// Marks the notification of these events as published. After an error, it may be published again.
    pub async fn mark_notified(&self, events: impl Iterator<Item = &PointEvent>) -> Result<(), UserDbError> {
        let ids: Vec<&str> = events.map(|event| event.event_id.as_str()).collect();
        with_retries(|| self.try_to_mark_notified(&ids)).await
    }

    async fn try_to_mark_notified(&self, ids: &[&str]) -> Result<(), UserDbError> {
        sqlx::query!(
            "UPDATE points p
             JOIN JSON_TABLE(?, '$[*]' COLUMNS (event_id VARCHAR(64) PATH '$')) j ON j.event_id = p.event_id
             SET p.notified_at = CURRENT_TIMESTAMP(3)",
            json!(ids).to_string()
        )
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(())
    }
}

/// Splits a batch into new events, events with a pending notification, and events of unknown users.
fn classify(
    events: BTreeMap<&str, &PointEvent>,
    users: &HashSet<UserId>,
    existing: &HashMap<String, bool>,
) -> PostResult {
    let mut result = PostResult::default();
    for (id, event) in events {
        match existing.get(id) {
            Some(true) => {}
            Some(false) => result.pending.push(event.clone()),
            None if users.contains(&event.user_id) => result.posted.push(event.clone()),
            None => {
                result.unknown_users.insert(event.user_id);
            }
        }
    }
    result
}

/// Locks the rows of users in the order of their ids, which avoids deadlocks between batches, and returns the ids that
/// exist.
async fn lock_users(
    transaction: &mut Transaction<'_, MySql>,
    users: std::collections::BTreeSet<UserId>,
) -> Result<HashSet<UserId>, UserDbError> {
    // STRAIGHT_JOIN reads the sorted array first, so that the rows are locked in its order.
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

/// The events that are already in the ledger, and whether their notification was published.
async fn existing_events(
    transaction: &mut Transaction<'_, MySql>,
    events: &BTreeMap<&str, &PointEvent>,
) -> Result<HashMap<String, bool>, UserDbError> {
    let ids: Vec<&&str> = events.keys().collect();
    let rows = sqlx::query!(
        r#"SELECT STRAIGHT_JOIN p.event_id, p.notified_at IS NOT NULL AS "notified: bool"
           FROM JSON_TABLE(?, '$[*]' COLUMNS (event_id VARCHAR(64) PATH '$')) j
           JOIN points p ON p.event_id = j.event_id"#,
        json!(ids).to_string()
    )
    .fetch_all(&mut **transaction)
    .await?;
    Ok(rows.into_iter().map(|row| (row.event_id, row.notified)).collect())
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

/// Retries transient errors.
async fn with_retries<T, F: Future<Output = Result<T, UserDbError>>>(
    attempt: impl Fn() -> F,
) -> Result<T, UserDbError> {
    for _ in 1..MAX_ATTEMPTS {
        match attempt().await {
            Err(UserDbError::Database(error)) if is_transient(&error) => {}
            result => return result,
        }
    }
    attempt().await
}

/// Whether a retry can succeed. After a lost connection, the transaction may have been committed; its events are then
/// duplicates in the next attempt.
fn is_transient(error: &sqlx::Error) -> bool {
    if matches!(error, sqlx::Error::Io(_)) {
        return true;
    }
    let database = error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>());
    database.is_some_and(|error| RETRYABLE_ERRORS.contains(&error.number()))
}
