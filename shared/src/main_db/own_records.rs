//! The `non_official_record` table: what runners keep for themselves.

use super::item::{Item, from_item, number, page, text, to_item};
use super::{MainDb, MainDbError, Position};
use crate::domain::id::{RecordId, UserId};
use crate::domain::own_record::OwnRecord;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;

impl MainDb {
    /// Stores the first revision of a run, or the one after the revision that is stored; whether it was.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn put_own_record(&self, record: &OwnRecord) -> Result<bool, MainDbError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.own_records)
            .set_item(Some(to_item(record)?));
        let request = if record.revision == 1 {
            request.condition_expression("attribute_not_exists(record_id)")
        } else {
            request
                .condition_expression("revision = :before")
                .expression_attribute_values(":before", number(record.revision - 1))
        };
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A runner's run.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn own_record(&self, user_id: UserId, id: RecordId) -> Result<Option<OwnRecord>, MainDbError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.own_records)
            .set_key(Some(key(user_id, id)));
        request
            .consistent_read(true)
            .send()
            .await?
            .item
            .map(from_item)
            .transpose()
    }

    /// Deletes a runner's run that is still at `revision`; whether it was.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn delete_own_record(&self, user_id: UserId, id: RecordId, revision: u32) -> Result<bool, MainDbError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.own_records)
            .set_key(Some(key(user_id, id)));
        let request = request
            .condition_expression("revision = :seen")
            .expression_attribute_values(":seen", number(revision));
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A runner's runs, the last kept first, at most `limit`, after a position.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn own_records(
        &self,
        user_id: UserId,
        limit: u32,
        after: Option<Position>,
    ) -> Result<(Vec<OwnRecord>, Option<Position>), MainDbError> {
        let answer = self
            .client
            .query()
            .table_name(&self.own_records)
            .key_condition_expression("user_id = :user")
            .expression_attribute_values(":user", number(user_id))
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(after.map(Item::from))
            .send()
            .await?;
        page(answer.items, answer.last_evaluated_key)
    }
}

fn key(user_id: UserId, id: RecordId) -> Item {
    Item::from([
        ("user_id".to_owned(), number(user_id)),
        ("record_id".to_owned(), text(id)),
    ])
}
