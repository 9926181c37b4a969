//! The `player` table: `bib#<bib>` is a player, `wait#<number>` a waitlist entry, and `user#<user_id>` a pointer to either,
//! which makes bibs and users unique within a race.

use super::item::{Item, number, text, to_item};
use super::query::{count, get, page};
use super::transaction::TransactionError;
use super::{MainDb, MainDbError, Position, marathons};
use crate::domain::bib::Bib;
use crate::domain::id::{MarathonId, UserId};
use crate::domain::marathon::Marathon;
use crate::domain::player::{Applicant, Participation, Player, PlayerRef, WaitlistEntry};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{Delete, Put, ReturnValue, TransactWriteItem, Update};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Attempts of a change that loses an optimistic-lock race.
pub(super) const MAX_ATTEMPTS: u32 = 20;
/// Places on the waitlist are counted up to this one, which bounds the cost of a read to about 50 units.
const MAX_COUNTED_PLACE: u32 = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error("applications are closed")]
    Closed,
    #[error("already applied")]
    AlreadyApplied,
    #[error("bib {0} is taken")]
    BibTaken(Bib),
    #[error("too busy")]
    Busy,
    #[error(transparent)]
    Store(#[from] MainDbError),
}

#[derive(Serialize)]
struct Keyed<'a, T> {
    #[serde(flatten)]
    value: &'a T,
    player_key: String,
}

/// The item at `user#<user_id>`.
#[derive(Serialize, Deserialize)]
pub(super) struct Pointer {
    marathon_id: MarathonId,
    player_key: String,
    bib: Option<Bib>,
    wait_key: Option<String>,
}

pub(super) enum Target {
    Bib(Bib),
    /// The key of a waitlist entry.
    Waitlist(String),
}

/// The position of the next page of the waitlist: after the row with this place.
#[derive(Debug, Serialize, Deserialize)]
pub struct WaitlistPosition {
    position: Position,
    place: u32,
}

/// The result of an attempt to enter a player.
enum EntryResult {
    Entered(Player),
    Full,
    BibTaken(Bib),
}

impl MainDb {
    /// Enters an application with the requested bib or the next free number; in a full race, on the waitlist.
    pub async fn apply(&self, marathon: &Marathon, applicant: &Applicant) -> Result<Participation, ApplyError> {
        if !marathon.is_open(applicant.applied_at) {
            return Err(ApplyError::Closed);
        }
        // Checked first, because a number drawn for a full race would be lost.
        if marathon.appears_full()
            && let Some(entry) = self.join_waitlist(applicant.waitlist_entry(marathon)).await?
        {
            return Ok(Participation::Waiting(entry));
        }
        for _ in 0..MAX_ATTEMPTS {
            let bib = match &applicant.bib {
                Some(bib) => bib.clone(),
                None => self.draw_bib(marathon.marathon_id).await?,
            };
            match self.enter(applicant.player(marathon, bib)).await? {
                EntryResult::Entered(player) => return Ok(Participation::Entered(player)),
                EntryResult::BibTaken(bib) if applicant.bib.is_some() => return Err(ApplyError::BibTaken(bib)),
                EntryResult::BibTaken(_) => {}
                EntryResult::Full => {
                    if let Some(entry) = self.join_waitlist(applicant.waitlist_entry(marathon)).await? {
                        return Ok(Participation::Waiting(entry));
                    }
                }
            }
        }
        Err(ApplyError::Busy)
    }

    /// Increments the player count and stores the player and the pointer, if the race has a free place and no waitlist, the
    /// bib is free and the user has not applied yet.
    async fn enter(&self, player: Player) -> Result<EntryResult, ApplyError> {
        let count = Update::builder()
            .table_name(&self.marathons)
            .set_key(Some(marathons::key(player.marathon_id)))
            .update_expression("SET player_count = player_count + :one")
            .condition_expression(
                "attribute_exists(marathon_id) AND (attribute_not_exists(#capacity) OR player_count < #capacity)
                 AND waiting_count = :zero",
            )
            // CAPACITY is a reserved word.
            .expression_attribute_names("#capacity", "capacity")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":zero", number(0))
            .build()
            .map_err(MainDbError::from)?;
        let pointer = Pointer::new(player.marathon_id, player.user_id, Some(player.bib.clone()), None);
        let items = vec![
            TransactWriteItem::builder().update(count).build(),
            self.put_new(&pointer)?,
            self.put_new_player(&player)?,
        ];
        match self.transact(items).await {
            Ok(()) => Ok(EntryResult::Entered(player)),
            Err(TransactionError::Condition(failed)) if failed.contains(&1) => Err(ApplyError::AlreadyApplied),
            Err(TransactionError::Condition(failed)) if failed.contains(&0) => Ok(EntryResult::Full),
            Err(TransactionError::Condition(_)) => Ok(EntryResult::BibTaken(player.bib)),
            Err(TransactionError::Busy) => Err(ApplyError::Busy),
            Err(TransactionError::Store(error)) => Err(error.into()),
        }
    }

    /// Appends a runner to the waitlist; none if the race has a free place by now.
    async fn join_waitlist(&self, entry: WaitlistEntry) -> Result<Option<WaitlistEntry>, ApplyError> {
        let sequence = self.increment_counter(entry.marathon_id, "wait_counter").await?;
        let wait_key = format!("{WAITLIST_PREFIX}{sequence:010}");
        let count = Update::builder()
            .table_name(&self.marathons)
            .set_key(Some(marathons::key(entry.marathon_id)))
            .update_expression("SET waiting_count = waiting_count + :one")
            .condition_expression("player_count >= #capacity OR waiting_count > :zero")
            .expression_attribute_names("#capacity", "capacity")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":zero", number(0))
            .build()
            .map_err(MainDbError::from)?;
        let pointer = Pointer::new(entry.marathon_id, entry.user_id, None, Some(wait_key.clone()));
        let items = vec![
            TransactWriteItem::builder().update(count).build(),
            self.put_new(&pointer)?,
            self.put_new(&Keyed {
                value: &entry,
                player_key: wait_key,
            })?,
        ];
        match self.transact(items).await {
            Ok(()) => Ok(Some(WaitlistEntry {
                place: self.last_place(entry.marathon_id).await,
                ..entry
            })),
            Err(TransactionError::Condition(failed)) if failed.contains(&1) => Err(ApplyError::AlreadyApplied),
            Err(TransactionError::Condition(_)) => Ok(None),
            Err(TransactionError::Busy) => Err(ApplyError::Busy),
            Err(TransactionError::Store(error)) => Err(error.into()),
        }
    }

    /// The place of the newest waitlist entry: the race's waiting count, which is cheaper than counting entries when many
    /// apply at once. None if it cannot be read, because the application has succeeded anyway.
    async fn last_place(&self, id: MarathonId) -> Option<u32> {
        let marathon = self.marathon_consistent(id).await;
        let marathon = marathon.inspect_err(|error| tracing::warn!(error = %error, "place on the waitlist is unknown"));
        let count = marathon.ok().flatten().map(|marathon| marathon.waiting_count);
        count.filter(|count| *count > 0)
    }

    /// The next bib of a race's counter. It may be taken already, by a runner who requested it; the caller then draws again.
    pub(super) async fn draw_bib(&self, id: MarathonId) -> Result<Bib, MainDbError> {
        self.increment_counter(id, "bib_counter").await.map(Bib::numbered)
    }

    async fn increment_counter(&self, id: MarathonId, counter: &str) -> Result<u32, MainDbError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.marathons)
            .set_key(Some(marathons::key(id)))
            .update_expression("SET #counter = if_not_exists(#counter, :zero) + :one")
            .condition_expression("attribute_exists(marathon_id)")
            .expression_attribute_names("#counter", counter)
            .expression_attribute_values(":zero", number(0))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await?;
        let value = answer.attributes.unwrap_or_default().remove(counter);
        let value = value.and_then(|value| value.as_n().ok()?.parse().ok());
        value.ok_or_else(|| MainDbError(format!("{counter} is not a number")))
    }

    /// The player with this bib or user; none for a runner on the waitlist.
    pub async fn player(&self, id: MarathonId, player: &PlayerRef) -> Result<Option<Player>, MainDbError> {
        let bib = match player {
            PlayerRef::Bib(bib) => bib.clone(),
            PlayerRef::User(user_id) => match self.pointer(id, *user_id).await?.and_then(|pointer| pointer.bib) {
                Some(bib) => bib,
                None => return Ok(None),
            },
        };
        self.player_item(id, bib_key(&bib)).await
    }

    /// A runner's part in a race; on the waitlist with the place, if it is among the first [`MAX_COUNTED_PLACE`].
    pub async fn participation(&self, id: MarathonId, user_id: UserId) -> Result<Option<Participation>, MainDbError> {
        for _ in 0..MAX_ATTEMPTS {
            let Some(pointer) = self.pointer(id, user_id).await? else {
                return Ok(None);
            };
            let participation = match pointer.target()? {
                Target::Bib(bib) => {
                    let player = self.player_item::<Player>(id, bib_key(&bib)).await?;
                    // If the runner cancelled since the pointer was read, the bib may have been reassigned.
                    let player = player.filter(|player| player.user_id == user_id);
                    player.map(Participation::Entered)
                }
                Target::Waitlist(key) => self.waitlist_entry(id, key).await?.map(Participation::Waiting),
            };
            // None if the runner was promoted or cancelled since the pointer was read.
            if participation.is_some() {
                return Ok(participation);
            }
        }
        Err(MainDbError(format!("{} is a dangling pointer", user_key(user_id))))
    }

    async fn waitlist_entry(&self, id: MarathonId, key: String) -> Result<Option<WaitlistEntry>, MainDbError> {
        let Some(entry) = self.player_item::<WaitlistEntry>(id, key.clone()).await? else {
            return Ok(None);
        };
        let up_to_entry = self
            .of_race(id, "player_key BETWEEN :first AND :key")
            .expression_attribute_values(":first", text(WAITLIST_PREFIX))
            .expression_attribute_values(":key", text(key));
        // Counting one more than the maximum detects entries beyond it.
        let place = count(up_to_entry, MAX_COUNTED_PLACE + 1).await?;
        Ok(Some(WaitlistEntry {
            place: Some(place).filter(|place| (1..=MAX_COUNTED_PLACE).contains(place)),
            ..entry
        }))
    }

    pub(super) async fn pointer(&self, id: MarathonId, user_id: UserId) -> Result<Option<Pointer>, MainDbError> {
        self.player_item(id, user_key(user_id)).await
    }

    async fn player_item<T: DeserializeOwned>(&self, id: MarathonId, key: String) -> Result<Option<T>, MainDbError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.players)
            .set_key(Some(player_key(id, key)));
        // Strongly consistent, because a result may be entered right after the application.
        get(request.consistent_read(true)).await
    }

    /// A page of a race's players, sorted by bib.
    pub async fn players(
        &self,
        id: MarathonId,
        limit: u32,
        after: Option<Position>,
    ) -> Result<(Vec<Player>, Option<Position>), MainDbError> {
        self.with_prefix(id, "bib#", limit, after).await
    }

    /// A page of a race's waitlist.
    pub async fn waitlist(
        &self,
        id: MarathonId,
        limit: u32,
        after: Option<WaitlistPosition>,
    ) -> Result<(Vec<WaitlistEntry>, Option<WaitlistPosition>), MainDbError> {
        let (position, mut place) = after.map_or((None, 0), |after| (Some(after.position), after.place));
        let (mut entries, next) = self
            .with_prefix::<WaitlistEntry>(id, WAITLIST_PREFIX, limit, position)
            .await?;
        for entry in &mut entries {
            place += 1;
            entry.place = Some(place);
        }
        Ok((entries, next.map(|position| WaitlistPosition { position, place })))
    }

    pub(super) async fn with_prefix<T: DeserializeOwned>(
        &self,
        id: MarathonId,
        prefix: &str,
        limit: u32,
        after: Option<Position>,
    ) -> Result<(Vec<T>, Option<Position>), MainDbError> {
        let query = self.of_race(id, "begins_with(player_key, :prefix)");
        page(query.expression_attribute_values(":prefix", text(prefix)), limit, after).await
    }

    /// A query for items of a race whose keys meet a condition.
    fn of_race(&self, id: MarathonId, key_condition: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.players)
            .key_condition_expression(format!("marathon_id = :id AND {key_condition}"))
            .expression_attribute_values(":id", text(id))
            .consistent_read(true)
    }

    /// A page of a runner's participations and waitlist entries, the latest race day first.
    pub async fn participations(
        &self,
        user_id: UserId,
        limit: u32,
        after: Option<Position>,
    ) -> Result<(Vec<Participation>, Option<Position>), MainDbError> {
        let query = self
            .client
            .query()
            .table_name(&self.players)
            .index_name("by_user")
            .key_condition_expression("user_id = :user")
            .expression_attribute_values(":user", number(user_id))
            .scan_index_forward(false);
        page(query, limit, after).await
    }

    /// An update of an existing player.
    pub(super) fn update_player(&self, id: MarathonId, bib: &Bib) -> UpdateBuilder {
        Update::builder()
            .table_name(&self.players)
            .set_key(Some(player_key(id, bib_key(bib))))
            .condition_expression("attribute_exists(player_key)")
    }

    /// Stores an item unless its key exists.
    pub(super) fn put_new(&self, value: &impl Serialize) -> Result<TransactWriteItem, MainDbError> {
        let put = Put::builder()
            .table_name(&self.players)
            .set_item(Some(to_item(value)?))
            .condition_expression("attribute_not_exists(player_key)")
            .build()?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Stores a player unless the bib is taken.
    pub(super) fn put_new_player(&self, player: &Player) -> Result<TransactWriteItem, MainDbError> {
        self.put_new(&Keyed {
            value: player,
            player_key: bib_key(&player.bib),
        })
    }

    /// Deletes the item at a key if it meets `condition`.
    pub(super) fn delete_key(
        &self,
        id: MarathonId,
        key: String,
        condition: &str,
    ) -> Result<TransactWriteItem, MainDbError> {
        let delete = Delete::builder()
            .table_name(&self.players)
            .set_key(Some(player_key(id, key)))
            .condition_expression(condition)
            .build()?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }
}

impl Pointer {
    fn new(marathon_id: MarathonId, user_id: UserId, bib: Option<Bib>, wait_key: Option<String>) -> Self {
        Self {
            marathon_id,
            player_key: user_key(user_id),
            bib,
            wait_key,
        }
    }

    pub(super) fn target(self) -> Result<Target, MainDbError> {
        match (self.bib, self.wait_key) {
            (Some(bib), _) => Ok(Target::Bib(bib)),
            (None, Some(key)) => Ok(Target::Waitlist(key)),
            (None, None) => Err(MainDbError(format!("{} has no target", self.player_key))),
        }
    }
}

/// The prefix of the keys of waitlist entries.
pub(super) const WAITLIST_PREFIX: &str = "wait#";

pub(super) fn bib_key(bib: &Bib) -> String {
    format!("bib#{bib}")
}

pub(super) fn user_key(user_id: UserId) -> String {
    format!("user#{user_id}")
}

pub(super) fn player_key(id: MarathonId, key: String) -> Item {
    Item::from([
        ("marathon_id".to_owned(), text(id)),
        ("player_key".to_owned(), text(key)),
    ])
}
