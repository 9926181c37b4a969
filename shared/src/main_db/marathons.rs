//! The `official_marathon` table: one item a race; `by_calendar` orders the races of a year by their day.

use super::item::{Item, from_item, number, page, text, to_item};
use super::{MainDb, MainDbError, Position};
use crate::domain::id::MarathonId;
use crate::domain::marathon::{Marathon, Period};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct MarathonItem<'a> {
    #[serde(flatten)]
    marathon: &'a Marathon,
    held_year: i32,
    /// The day, then the id to tell apart races of one day.
    calendar_key: String,
}

/// Where the next page of the calendar begins.
#[derive(Debug, Serialize, Deserialize)]
pub struct CalendarPosition {
    year: i32,
    position: Option<Position>,
}

impl MainDb {
    /// Stores a new race.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed, or the id is taken.
    pub async fn create_marathon(&self, marathon: &Marathon) -> Result<(), MainDbError> {
        let item = to_item(&MarathonItem {
            marathon,
            held_year: marathon.held_on.year(),
            calendar_key: format!("{}#{}", marathon.held_on, marathon.marathon_id),
        })?;
        let request = self.client.put_item().table_name(&self.marathons).set_item(Some(item));
        request
            .condition_expression("attribute_not_exists(marathon_id)")
            .send()
            .await?;
        Ok(())
    }

    /// The race with this id.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn marathon(&self, id: MarathonId) -> Result<Option<Marathon>, MainDbError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.marathons)
            .set_key(Some(key(id)));
        request.send().await?.item.map(from_item).transpose()
    }

    /// The races of a period in the order of their days, at most `limit`, from a place in the calendar on.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn calendar(
        &self,
        period: Period,
        limit: u32,
        after: Option<CalendarPosition>,
    ) -> Result<(Vec<Marathon>, Option<CalendarPosition>), MainDbError> {
        let (first_year, mut position) = after.map_or((period.from.year(), None), |after| (after.year, after.position));
        let mut races = Vec::new();
        for year in first_year..=period.to.year() {
            let wanted = limit.saturating_sub(u32::try_from(races.len()).unwrap_or(u32::MAX));
            if wanted == 0 {
                return Ok((races, Some(CalendarPosition { year, position: None })));
            }
            let (mut of_year, next) = self.calendar_of(year, period, wanted, position.take()).await?;
            races.append(&mut of_year);
            if next.is_some() {
                return Ok((races, Some(CalendarPosition { year, position: next })));
            }
        }
        Ok((races, None))
    }

    async fn calendar_of(
        &self,
        year: i32,
        period: Period,
        limit: u32,
        after: Option<Position>,
    ) -> Result<(Vec<Marathon>, Option<Position>), MainDbError> {
        let answer = self
            .client
            .query()
            .table_name(&self.marathons)
            .index_name("by_calendar")
            .key_condition_expression("held_year = :year AND calendar_key BETWEEN :from AND :to")
            .expression_attribute_values(":year", number(year))
            .expression_attribute_values(":from", text(period.from))
            // "g" sorts after every hexadecimal digit, so after every id of the last day.
            .expression_attribute_values(":to", text(format!("{}#g", period.to)))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(after.map(Item::from))
            .send()
            .await?;
        page(answer.items, answer.last_evaluated_key)
    }
}

/// The key of a race.
pub(super) fn key(id: MarathonId) -> Item {
    Item::from([("marathon_id".to_owned(), text(id))])
}
