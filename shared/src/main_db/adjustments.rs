//! Adjustments in the `player` table, at `adjust#<event_id>`: which were asked for, so that each is done once.

use super::item::{from_item, to_item};
use super::players::player_key;
use super::{MainDb, MainDbError};
use crate::domain::adjustment::Adjusted;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// How long a client's key is remembered. Whatever is sent again later is in the ledger already, under the same name.
const REMEMBERED: Duration = Duration::days(400);

#[derive(Serialize)]
struct AdjustmentItem<'a> {
    marathon_id: String,
    player_key: String,
    /// When DynamoDB may forget it, in seconds since 1970.
    expires_at: i64,
    /// The runner under another name than a player's, so that it is in no list of the runner's races.
    adjusted: &'a Adjusted,
}

#[derive(Deserialize)]
struct Stored {
    adjusted: Adjusted,
}

impl MainDb {
    /// Keeps an adjustment, unless one is kept under the same name; answers with the one that is.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn keep_adjustment(&self, adjusted: &Adjusted, now: OffsetDateTime) -> Result<Adjusted, MainDbError> {
        let key = format!("adjust#{}", adjusted.event_id);
        let item = to_item(&AdjustmentItem {
            marathon_id: adjusted.marathon_id.to_string(),
            player_key: key.clone(),
            expires_at: (now + REMEMBERED).unix_timestamp(),
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
                let stored = stored.ok_or_else(|| MainDbError("an adjustment has vanished".to_owned()))?;
                from_item(stored).map(|Stored { adjusted }| adjusted)
            }
            Err(error) => Err(error.into()),
        }
    }
}
