//! Adjustments in the `player` table at `adjust#<event_id>`, which make adjustment requests idempotent.

use super::item::{from_item, to_item};
use super::players::player_key;
use super::{MainDb, MainDbError};
use crate::domain::adjustment::Adjustment;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// After this time, only the event id in the ledger detects a repeated request.
const TIME_TO_LIVE: Duration = Duration::days(400);

#[derive(Serialize)]
struct AdjustmentItem<'a> {
    marathon_id: String,
    player_key: String,
    /// DynamoDB's time to live, in seconds since 1970.
    expires_at: i64,
    /// Nested, so that its `user_id` is not in the index `by_user`.
    adjusted: &'a Adjustment,
}

#[derive(Deserialize)]
struct Stored {
    adjusted: Adjustment,
}

impl MainDb {
    /// Stores an adjustment unless its event id exists, and returns the stored one.
    pub async fn store_adjustment(
        &self,
        adjusted: &Adjustment,
        now: OffsetDateTime,
    ) -> Result<Adjustment, MainDbError> {
        let key = format!("adjust#{}", adjusted.event_id);
        let item = to_item(&AdjustmentItem {
            marathon_id: adjusted.marathon_id.to_string(),
            player_key: key.clone(),
            expires_at: (now + TIME_TO_LIVE).unix_timestamp(),
            adjusted,
        })?;
        let request = self.client.put_item().table_name(&self.players).set_item(Some(item));
        match request
            .condition_expression("attribute_not_exists(player_key)")
            .send()
            .await
        {
            Ok(_) => Ok(adjusted.clone()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                let request = self.client.get_item().table_name(&self.players).consistent_read(true);
                let stored = request
                    .set_key(Some(player_key(adjusted.marathon_id, key)))
                    .send()
                    .await?
                    .item;
                let stored = stored.ok_or_else(|| MainDbError("an adjustment disappeared".to_owned()))?;
                from_item(stored).map(|Stored { adjusted }| adjusted)
            }
            Err(error) => Err(error.into()),
        }
    }
}
