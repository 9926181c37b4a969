//! The `non_official_record` table: what runners keep for themselves.

use super::item::{Item, from_item, number, text, to_item};
use super::request::{held, page};
use super::{MainDb, MainDbError, Position};
use crate::domain::id::{RecordId, UserId};
use crate::domain::own_record::OwnRecord;

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
        held(request.send().await)
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
        held(request.send().await)
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
        let query = self
            .client
            .query()
            .table_name(&self.own_records)
            .key_condition_expression("user_id = :user")
            .expression_attribute_values(":user", number(user_id))
            .scan_index_forward(false)
            .consistent_read(true);
        page(query, limit, after).await
    }
}

fn key(user_id: UserId, id: RecordId) -> Item {
    Item::from([
        ("user_id".to_owned(), number(user_id)),
        ("record_id".to_owned(), text(id)),
    ])
}
