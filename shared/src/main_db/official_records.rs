//! The `official_record` table: one item for each record, and an index for each way to list results.

use super::item::{number, text, to_item};
use super::query::{condition_met, get, page};
use super::transaction::TransactionError;
use super::{MainDb, MainDbError, Position};
use crate::domain::bib::Bib;
use crate::domain::division::Division;
use crate::domain::finish_time::FinishTime;
use crate::domain::id::{MarathonId, UserId};
use crate::domain::official_record::OfficialRecord;
use crate::domain::outcome::Status;
use crate::domain::ranking::Places;
use crate::domain::result_query::{ResultQuery, Search};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct RecordItem<'a> {
    #[serde(flatten)]
    record: &'a OfficialRecord,
    rank_key: String,
    gender_group: Option<String>,
    division_group: Option<String>,
    name_key: String,
}

impl<'a> RecordItem<'a> {
    fn new(record: &'a OfficialRecord) -> Self {
        let group_of = |division: &Division| group(record.marathon_id, division.as_str());
        Self {
            record,
            rank_key: rank_key(record),
            gender_group: record.gender.map(|gender| group(record.marathon_id, gender)),
            division_group: record.division.as_ref().map(group_of),
            name_key: format!("{}#{}", record.name.as_str().to_lowercase(), record.bib),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum EnterRecordError {
    #[error("bib {0} has a record")]
    HasRecord(Bib),
    /// The player left the race after the record was prepared.
    #[error("bib {0} is not in the race")]
    NoPlayer(Bib),
    #[error("too busy")]
    Busy,
    #[error(transparent)]
    Store(#[from] MainDbError),
}

#[derive(Debug, thiserror::Error)]
pub enum DeleteRecordError {
    #[error("bib {0} has no record")]
    NoRecord(Bib),
    #[error("too busy")]
    Busy,
    #[error(transparent)]
    Store(#[from] MainDbError),
}

/// The position of the next page of results, and its places so far.
#[derive(Debug, Serialize, Deserialize)]
pub struct RecordPosition {
    position: Position,
    places: Places,
}

/// A record in a list of results.
#[derive(Debug)]
pub struct RecordRow {
    pub record: OfficialRecord,
    /// The place within the list, from 1; none for records that are not ranked and for search results.
    pub place: Option<u64>,
}

impl MainDb {
    /// Stores a new record, and its id at the player.
    pub async fn enter_record(&self, record: &OfficialRecord) -> Result<(), EnterRecordError> {
        match self.transact(self.entry(record)?).await {
            Ok(()) => Ok(()),
            Err(TransactionError::Condition(failed)) if failed.contains(&0) => {
                Err(EnterRecordError::HasRecord(record.bib.clone()))
            }
            Err(TransactionError::Condition(_)) => Err(EnterRecordError::NoPlayer(record.bib.clone())),
            Err(TransactionError::Busy) => Err(EnterRecordError::Busy),
            Err(TransactionError::Store(error)) => Err(error.into()),
        }
    }

    fn entry(&self, record: &OfficialRecord) -> Result<Vec<TransactWriteItem>, MainDbError> {
        let item = to_item(&RecordItem::new(record))?;
        let put = Put::builder()
            .table_name(&self.official_records)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(bib)")
            .build()?;
        let player = self
            .update_player(record.marathon_id, &record.bib)
            .update_expression("SET record_id = :record_id")
            .expression_attribute_values(":record_id", text(record.record_id))
            .build()?;
        Ok(vec![
            TransactWriteItem::builder().put(put).build(),
            TransactWriteItem::builder().update(player).build(),
        ])
    }

    /// Stores a correction, and returns false if the stored revision is not its predecessor.
    pub async fn correct_record(&self, corrected: &OfficialRecord) -> Result<bool, MainDbError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.official_records)
            .set_item(Some(to_item(&RecordItem::new(corrected))?))
            .condition_expression("record_id = :id AND revision = :before")
            .expression_attribute_values(":id", text(corrected.record_id))
            .expression_attribute_values(":before", number(corrected.revision.saturating_sub(1)));
        condition_met(request.send().await)
    }

    pub async fn record(&self, id: MarathonId, bib: &Bib) -> Result<Option<OfficialRecord>, MainDbError> {
        let request = self.client.get_item().table_name(&self.official_records);
        let request = request
            .key("marathon_id", text(id))
            .key("bib", text(bib))
            .consistent_read(true);
        get(request).await
    }

    pub async fn has_records(&self, id: MarathonId) -> Result<bool, MainDbError> {
        let request = self
            .client
            .query()
            .table_name(&self.official_records)
            .limit(1)
            .consistent_read(true);
        let request = request
            .key_condition_expression("marathon_id = :id")
            .expression_attribute_values(":id", text(id));
        Ok(request.send().await?.count() > 0)
    }

    /// A page of a runner's records, the latest race day first.
    pub async fn records_by_user(
        &self,
        user_id: UserId,
        limit: u32,
        after: Option<Position>,
    ) -> Result<(Vec<OfficialRecord>, Option<Position>), MainDbError> {
        let query = self
            .client
            .query()
            .table_name(&self.official_records)
            .index_name("by_user")
            .key_condition_expression("user_id = :user")
            .expression_attribute_values(":user", number(user_id))
            .scan_index_forward(false);
        page(query, limit, after).await
    }

    /// Deletes the record of a bib, and its id at the player.
    pub async fn delete_record(&self, id: MarathonId, bib: &Bib) -> Result<(), DeleteRecordError> {
        match self.transact(self.deletion(id, bib)?).await {
            Ok(()) => Ok(()),
            Err(TransactionError::Condition(_)) => Err(DeleteRecordError::NoRecord(bib.clone())),
            Err(TransactionError::Busy) => Err(DeleteRecordError::Busy),
            Err(TransactionError::Store(error)) => Err(error.into()),
        }
    }

    fn deletion(&self, id: MarathonId, bib: &Bib) -> Result<Vec<TransactWriteItem>, MainDbError> {
        let delete = Delete::builder()
            .table_name(&self.official_records)
            .key("marathon_id", text(id))
            .key("bib", text(bib))
            .condition_expression("attribute_exists(bib)")
            .build()?;
        let player = self
            .update_player(id, bib)
            .update_expression("REMOVE record_id")
            .build()?;
        Ok(vec![
            TransactWriteItem::builder().delete(delete).build(),
            TransactWriteItem::builder().update(player).build(),
        ])
    }

    /// A page of a race's results.
    pub async fn records(
        &self,
        id: MarathonId,
        query: &ResultQuery,
        limit: u32,
        after: Option<RecordPosition>,
    ) -> Result<(Vec<RecordRow>, Option<RecordPosition>), MainDbError> {
        let (position, mut places) = after.map_or_else(Default::default, |after| (Some(after.position), after.places));
        let request = select(self.client.query().table_name(&self.official_records), id, query);
        let (records, next): (Vec<OfficialRecord>, _) = page(request, limit, position).await?;
        let rows = records.into_iter().map(|record| {
            let time = record.ranking_time().filter(|_| query.search.is_none());
            RecordRow {
                place: time.map(|time| places.next(time.ms().into())),
                record,
            }
        });
        let rows = rows.collect();
        Ok((rows, next.map(|position| RecordPosition { position, places })))
    }
}

/// Selects the table or index for a query.
fn select(request: QueryFluentBuilder, id: MarathonId, query: &ResultQuery) -> QueryFluentBuilder {
    match (&query.search, &query.division, query.gender) {
        (Some(Search::Bib(prefix)), ..) => narrow(with_prefix(request, id, "bib", prefix), query),
        (Some(Search::Name(prefix)), ..) => narrow(
            with_prefix(request.index_name("by_name"), id, "name_key", prefix),
            query,
        ),
        (None, Some(division), _) => in_group(
            request.index_name("by_division"),
            "division_group",
            &group(id, division.as_str()),
        ),
        (None, None, Some(gender)) => in_group(request.index_name("by_gender"), "gender_group", &group(id, gender)),
        (None, None, None) => in_group(request.index_name("by_rank"), "marathon_id", &id.to_string()),
    }
}

fn in_group(request: QueryFluentBuilder, attribute: &str, group: &str) -> QueryFluentBuilder {
    request
        .key_condition_expression("#group = :group")
        .expression_attribute_names("#group", attribute)
        .expression_attribute_values(":group", text(group))
}

fn with_prefix(request: QueryFluentBuilder, id: MarathonId, attribute: &str, prefix: &str) -> QueryFluentBuilder {
    request
        .key_condition_expression("marathon_id = :id AND begins_with(#attribute, :prefix)")
        .expression_attribute_names("#attribute", attribute)
        .expression_attribute_values(":id", text(id))
        .expression_attribute_values(":prefix", text(prefix))
}

/// Filters search results by gender or division; a page can then have fewer rows than its limit.
fn narrow(request: QueryFluentBuilder, query: &ResultQuery) -> QueryFluentBuilder {
    let (attribute, value) = match (&query.division, query.gender) {
        (Some(division), _) => ("division", division.as_str().to_owned()),
        (None, Some(gender)) => ("gender", gender.to_string()),
        (None, None) => return request,
    };
    request
        .filter_expression("#narrow = :narrow")
        .expression_attribute_names("#narrow", attribute)
        .expression_attribute_values(":narrow", text(value))
}

fn group(id: MarathonId, of: impl std::fmt::Display) -> String {
    format!("{id}#{of}")
}

/// Sorts finishers by time, then DNF, DSQ and DNS.
fn rank_key(record: &OfficialRecord) -> String {
    let bib = &record.bib;
    match (record.outcome.status(), record.ranking_time()) {
        (Status::Finished, time) => format!("0#{:09}#{bib}", time.map_or(u32::MAX, FinishTime::ms)),
        (Status::Dnf, _) => format!("1#{bib}"),
        (Status::Dsq, _) => format!("2#{bib}"),
        (Status::Dns, _) => format!("3#{bib}"),
    }
}
