//! The reads of an audit: every race, and every record of a race including unreadable ones.

use super::item::{from_item, text};
use super::query::items;
use super::{CalendarPosition, MainDb, MainDbError};
use crate::domain::id::MarathonId;
use crate::domain::marathon::{Marathon, Period};
use crate::domain::official_record::OfficialRecord;
use std::collections::BTreeSet;
use time::macros::date;

/// Every possible race day (see [`iso_date`](crate::domain::iso_date)).
const ALL_DAYS: Period = Period {
    from: date!(1900 - 01 - 01),
    to: date!(2199 - 12 - 31),
};
const PAGE: u32 = 500;

impl MainDb {
    /// A page of all races.
    pub async fn all_marathons(
        &self,
        after: Option<CalendarPosition>,
    ) -> Result<(Vec<Marathon>, Option<CalendarPosition>), MainDbError> {
        self.calendar(ALL_DAYS, PAGE, after).await
    }

    /// All records of a race, and the bibs of those that cannot be deserialized.
    pub async fn records_of_race(
        &self,
        id: MarathonId,
    ) -> Result<(Vec<OfficialRecord>, BTreeSet<String>), MainDbError> {
        let (mut records, mut unreadable, mut after) = (Vec::new(), BTreeSet::new(), None);
        loop {
            let query = self
                .client
                .query()
                .table_name(&self.official_records)
                .consistent_read(true)
                .key_condition_expression("marathon_id = :id")
                .expression_attribute_values(":id", text(id));
            let (page, next) = items(query, PAGE, after).await?;
            for item in page {
                let bib = item.get("bib").and_then(|bib| bib.as_s().ok()).cloned();
                match from_item(item) {
                    Ok(record) => records.push(record),
                    Err(_) => drop(unreadable.insert(bib.unwrap_or_default())),
                }
            }
            match next {
                Some(position) => after = Some(position),
                None => return Ok((records, unreadable)),
            }
        }
    }
}
