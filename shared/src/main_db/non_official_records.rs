//! The `non_official_record` table.

use super::item::{Item, number, text, to_item};
use super::query::{condition_met, get, page};
use super::{MainDb, MainDbError, Position};
use crate::domain::id::{RecordId, UserId};
use crate::domain::non_official_record::NonOfficialRecord;

impl MainDb {
    /// Stores a revision, and returns false if the stored one is not its predecessor.
    pub async fn put_non_official_record(&self, record: &NonOfficialRecord) -> Result<bool, MainDbError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.non_official_records)
            .set_item(Some(to_item(record)?));
        let request = if record.revision == 1 {
            request.condition_expression("attribute_not_exists(record_id)")
        } else {
            request
                .condition_expression("revision = :before")
                .expression_attribute_values(":before", number(record.revision - 1))
        };
        condition_met(request.send().await)
    }

    pub async fn non_official_record(
        &self,
        user_id: UserId,
        id: RecordId,
    ) -> Result<Option<NonOfficialRecord>, MainDbError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.non_official_records)
            .set_key(Some(key(user_id, id)));
        get(request.consistent_read(true)).await
    }

    /// Deletes a record, and returns false if it is not at `revision`.
    pub async fn delete_non_official_record(
        &self,
        user_id: UserId,
        id: RecordId,
        revision: u32,
    ) -> Result<bool, MainDbError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.non_official_records)
            .set_key(Some(key(user_id, id)));
        let request = request
            .condition_expression("revision = :seen")
            .expression_attribute_values(":seen", number(revision));
        condition_met(request.send().await)
    }

    /// A page of a runner's records, the newest first.
    pub async fn non_official_records(
        &self,
        user_id: UserId,
        limit: u32,
        after: Option<Position>,
    ) -> Result<(Vec<NonOfficialRecord>, Option<Position>), MainDbError> {
        let query = self
            .client
            .query()
            .table_name(&self.non_official_records)
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
