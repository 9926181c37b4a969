//! The `official_marathon` table: one item for each race. The index `by_calendar` sorts the races of a year by day,
//! `by_organizer` those of an organizer.

use super::item::{Item, from_item, number, text, to_item};
use super::query::{condition_met, get, page};
use super::{MainDb, MainDbError, Position};
use crate::domain::id::{MarathonId, UserId};
use crate::domain::marathon::{Marathon, Period};
use aws_sdk_dynamodb::types::KeysAndAttributes;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

#[derive(Serialize)]
struct MarathonItem<'a> {
    #[serde(flatten)]
    marathon: &'a Marathon,
    held_year: i32,
    /// `<held_on>#<marathon_id>`
    calendar_key: String,
}

impl<'a> MarathonItem<'a> {
    fn new(marathon: &'a Marathon) -> Self {
        Self {
            marathon,
            held_year: marathon.held_on.year(),
            calendar_key: format!("{}#{}", marathon.held_on, marathon.marathon_id),
        }
    }
}

/// The limit of `BatchGetItem`.
pub const MAX_MARATHONS_PER_READ: u32 = 100;

/// The attributes that an update sets, derived ones included. The counts change only with players.
const UPDATED_ATTRIBUTES: [&str; 12] = [
    "apply_until",
    "calendar_key",
    "capacity",
    "distance_m",
    "held_on",
    "held_year",
    "location",
    "point",
    "ranked_by",
    "revision",
    "starts_at",
    "title",
];

/// An item of `by_organizer`, which has only the keys.
#[derive(Deserialize)]
struct OrganizedMarathon {
    marathon_id: MarathonId,
}

/// The position of the next page of the calendar.
#[derive(Debug, Serialize, Deserialize)]
pub struct CalendarPosition {
    year: i32,
    position: Option<Position>,
}

impl MainDb {
    pub async fn create_marathon(&self, marathon: &Marathon) -> Result<(), MainDbError> {
        let item = to_item(&MarathonItem::new(marathon))?;
        let request = self.client.put_item().table_name(&self.marathons).set_item(Some(item));
        request
            .condition_expression("attribute_not_exists(marathon_id)")
            .send()
            .await?;
        Ok(())
    }

    /// An eventually consistent read.
    pub async fn marathon(&self, id: MarathonId) -> Result<Option<Marathon>, MainDbError> {
        self.read_marathon(id, false).await
    }

    /// A strongly consistent read, at twice the cost.
    pub(super) async fn marathon_consistent(&self, id: MarathonId) -> Result<Option<Marathon>, MainDbError> {
        self.read_marathon(id, true).await
    }

    async fn read_marathon(&self, id: MarathonId, consistent: bool) -> Result<Option<Marathon>, MainDbError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.marathons)
            .set_key(Some(key(id)))
            .consistent_read(consistent);
        get(request).await
    }

    /// A page of an organizer's races, the latest first; at most [`MAX_MARATHONS_PER_READ`].
    pub async fn marathons_by_organizer(
        &self,
        organizer_id: UserId,
        limit: u32,
        after: Option<Position>,
    ) -> Result<(Vec<Marathon>, Option<Position>), MainDbError> {
        let query = self
            .client
            .query()
            .table_name(&self.marathons)
            .index_name("by_organizer")
            .key_condition_expression("organizer_id = :organizer")
            .expression_attribute_values(":organizer", number(organizer_id))
            .scan_index_forward(false);
        let (keys, next) = page::<OrganizedMarathon>(query, limit.min(MAX_MARATHONS_PER_READ), after).await?;
        let mut races = self
            .marathons(&keys.iter().map(|key| key.marathon_id).collect())
            .await?;
        let races = keys.iter().filter_map(|key| races.remove(&key.marathon_id));
        Ok((races.collect(), next))
    }

    /// The races that exist among at most [`MAX_MARATHONS_PER_READ`] ids.
    pub async fn marathons(&self, ids: &BTreeSet<MarathonId>) -> Result<HashMap<MarathonId, Marathon>, MainDbError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let keys = KeysAndAttributes::builder()
            .set_keys(Some(ids.iter().map(|id| key(*id)).collect()))
            .build()?;
        let answer = self
            .client
            .batch_get_item()
            .request_items(&self.marathons, keys)
            .send()
            .await?;
        if answer.unprocessed_keys().is_some_and(|keys| !keys.is_empty()) {
            return Err(MainDbError("BatchGetItem returned unprocessed keys".to_owned()));
        }
        let items = answer
            .responses
            .unwrap_or_default()
            .remove(&self.marathons)
            .unwrap_or_default();
        let marathons = items.into_iter().map(from_item::<Marathon>);
        marathons
            .map(|marathon| marathon.map(|marathon| (marathon.marathon_id, marathon)))
            .collect()
    }

    /// Updates a race and promotes runners from the waitlist to free places. Returns false if the race is not at
    /// `revision` or has more players than the new capacity.
    pub async fn update_marathon(&self, changed: &Marathon, revision: u32) -> Result<bool, MainDbError> {
        let item = to_item(&MarathonItem::new(changed))?;
        let mut names = HashMap::new();
        let mut values = HashMap::from([(":seen".to_owned(), number(revision))]);
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        for attribute in UPDATED_ATTRIBUTES {
            names.insert(format!("#{attribute}"), attribute.to_owned());
            match item.get(attribute) {
                Some(value) => {
                    values.insert(format!(":{attribute}"), value.clone());
                    set.push(format!("#{attribute} = :{attribute}"));
                }
                None => remove.push(format!("#{attribute}")),
            }
        }
        let mut update = format!("SET {}", set.join(", "));
        if !remove.is_empty() {
            update = format!("{update} REMOVE {}", remove.join(", "));
        }
        let capacity_condition = if changed.capacity.is_some() {
            " AND player_count <= :capacity"
        } else {
            ""
        };
        let request = self
            .client
            .update_item()
            .table_name(&self.marathons)
            .set_key(Some(key(changed.marathon_id)))
            .update_expression(update)
            .condition_expression(format!("#revision = :seen{capacity_condition}"))
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values));
        if !condition_met(request.send().await)? {
            return Ok(false);
        }
        self.promote_waitlist(changed.marathon_id).await?;
        Ok(true)
    }

    /// Deletes a race, and returns false if it is not at `revision` or has players or a waitlist.
    pub async fn delete_marathon(&self, id: MarathonId, revision: u32) -> Result<bool, MainDbError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.marathons)
            .set_key(Some(key(id)))
            .condition_expression("revision = :seen AND player_count = :zero AND waiting_count = :zero")
            .expression_attribute_values(":seen", number(revision))
            .expression_attribute_values(":zero", number(0));
        condition_met(request.send().await)
    }

    /// A page of the races of a period, sorted by day.
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
        let query = self
            .client
            .query()
            .table_name(&self.marathons)
            .index_name("by_calendar")
            .key_condition_expression("held_year = :year AND calendar_key BETWEEN :from AND :to")
            .expression_attribute_values(":year", number(year))
            .expression_attribute_values(":from", text(period.from))
            // "g" sorts after every hexadecimal digit, and so after every id of the last day.
            .expression_attribute_values(":to", text(format!("{}#g", period.to)));
        page(query, limit, after).await
    }
}

pub(super) fn key(id: MarathonId) -> Item {
    Item::from([("marathon_id".to_owned(), text(id))])
}
