//! The `player` table: `bib#<bib>` is a player, `wait#<number>` one who waits for a place, and `user#<user_id>` points
//! to either, so bibs and runners are unique within a race.

use super::item::{Item, from_item, number, text, to_item};
use super::request::{count, page};
use super::transaction::Cancelled;
use super::{MainDb, MainDbError, Position, marathons};
use crate::domain::bib::Bib;
use crate::domain::id::{MarathonId, UserId};
use crate::domain::marathon::Marathon;
use crate::domain::player::{Applicant, Participation, Player, Runner, Waiting};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{Delete, Put, ReturnValue, TransactWriteItem, Update};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// How often a change is tried anew whose ground was changed by others meanwhile.
pub(super) const TRIES: u32 = 20;
/// How far the line of those who wait is counted: about 50 read units, however long it is.
const COUNTED: u32 = 1_000;

/// Why an application was not entered.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The time to apply has passed.
    #[error("applications are closed")]
    Closed,
    /// The runner takes part, or waits, already.
    #[error("already applied")]
    AlreadyApplied,
    /// The bib asked for belongs to another.
    #[error("bib {0} is taken")]
    BibTaken(Bib),
    /// Too many applied at once.
    #[error("too busy")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] MainDbError),
}

#[derive(Serialize)]
struct Keyed<'a, T> {
    #[serde(flatten)]
    value: &'a T,
    player_key: String,
}

/// Where a runner of a race is kept: at the bib, or at the key in the line of those who wait.
#[derive(Serialize, Deserialize)]
pub(super) struct Pointer {
    marathon_id: MarathonId,
    player_key: String,
    bib: Option<Bib>,
    wait_key: Option<String>,
}

/// Where a [`Pointer`] leads.
pub(super) enum Target {
    /// To the player with this bib.
    Bib(Bib),
    /// To this key in the line of those who wait.
    Line(String),
}

/// Where the next page of the line begins: after a position, which has this place.
#[derive(Debug, Serialize, Deserialize)]
pub struct LinePosition {
    position: Position,
    place: u32,
}

/// Whether a place was free.
enum Entry {
    Entered(Player),
    Full,
    BibTaken(Bib),
}

impl MainDb {
    /// Enters an application: with the bib it asks for, else with the next free number; in a full race, at the end of
    /// the line of those who wait.
    ///
    /// # Errors
    /// [`ApplyError`]; nothing is stored then.
    pub async fn apply(&self, marathon: &Marathon, applicant: &Applicant) -> Result<Participation, ApplyError> {
        if !marathon.is_open(applicant.applied_at) {
            return Err(ApplyError::Closed);
        }
        // A number drawn for a race that is full would be lost.
        if marathon.looks_full()
            && let Some(waiting) = self.wait(applicant.waiting(marathon)).await?
        {
            return Ok(Participation::Waiting(waiting));
        }
        for _ in 0..TRIES {
            let bib = match &applicant.bib {
                Some(bib) => bib.clone(),
                None => self.draw_bib(marathon.marathon_id).await?,
            };
            match self.enter(applicant.with_bib(marathon, bib)).await? {
                Entry::Entered(player) => return Ok(Participation::Entered(player)),
                Entry::BibTaken(bib) if applicant.bib.is_some() => return Err(ApplyError::BibTaken(bib)),
                Entry::BibTaken(_) => {}
                Entry::Full => {
                    if let Some(waiting) = self.wait(applicant.waiting(marathon)).await? {
                        return Ok(Participation::Waiting(waiting));
                    }
                }
            }
        }
        Err(ApplyError::Busy)
    }

    /// Counts the player in and stores both items, if there is a place that nobody waits for, the bib is free and the
    /// runner is new.
    async fn enter(&self, player: Player) -> Result<Entry, ApplyError> {
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
            Ok(()) => Ok(Entry::Entered(player)),
            Err(Cancelled::Condition(failed)) if failed.contains(&1) => Err(ApplyError::AlreadyApplied),
            Err(Cancelled::Condition(failed)) if failed.contains(&0) => Ok(Entry::Full),
            Err(Cancelled::Condition(_)) => Ok(Entry::BibTaken(player.bib)),
            Err(Cancelled::Busy) => Err(ApplyError::Busy),
            Err(Cancelled::Store(error)) => Err(error.into()),
        }
    }

    /// Puts a runner at the end of the line; none when a place has become free meanwhile.
    async fn wait(&self, waiting: Waiting) -> Result<Option<Waiting>, ApplyError> {
        let turn = self.count_up(waiting.marathon_id, "wait_counter").await?;
        let wait_key = format!("{LINE}{turn:010}");
        let count = Update::builder()
            .table_name(&self.marathons)
            .set_key(Some(marathons::key(waiting.marathon_id)))
            .update_expression("SET waiting_count = waiting_count + :one")
            .condition_expression("player_count >= #capacity OR waiting_count > :zero")
            .expression_attribute_names("#capacity", "capacity")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":zero", number(0))
            .build()
            .map_err(MainDbError::from)?;
        let pointer = Pointer::new(waiting.marathon_id, waiting.user_id, None, Some(wait_key.clone()));
        let items = vec![
            TransactWriteItem::builder().update(count).build(),
            self.put_new(&pointer)?,
            self.put_new(&Keyed {
                value: &waiting,
                player_key: wait_key,
            })?,
        ];
        match self.transact(items).await {
            Ok(()) => Ok(Some(Waiting {
                place: self.last_place(waiting.marathon_id).await,
                ..waiting
            })),
            Err(Cancelled::Condition(failed)) if failed.contains(&1) => Err(ApplyError::AlreadyApplied),
            Err(Cancelled::Condition(_)) => Ok(None),
            Err(Cancelled::Busy) => Err(ApplyError::Busy),
            Err(Cancelled::Store(error)) => Err(error.into()),
        }
    }

    /// The place of who has just come last. The race knows how many wait, which costs less than counting them, when many
    /// apply at once. None when that cannot be read: whoever waits by now must not be told that applying has failed.
    async fn last_place(&self, id: MarathonId) -> Option<u32> {
        let marathon = self.marathon_now(id).await;
        let marathon = marathon.inspect_err(|error| tracing::warn!(error = %error, "a place in the line is not known"));
        let waiting = marathon.ok().flatten().map(|marathon| marathon.waiting_count);
        waiting.filter(|count| *count > 0)
    }

    /// The next number of a race. It may have been given out on request; numbers that are drawn in vain stay unused.
    pub(super) async fn draw_bib(&self, id: MarathonId) -> Result<Bib, MainDbError> {
        self.count_up(id, "bib_counter").await.map(Bib::numbered)
    }

    async fn count_up(&self, id: MarathonId, counter: &str) -> Result<u32, MainDbError> {
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

    /// The player of a race with this bib or account; none for one who still waits.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn player(&self, id: MarathonId, runner: &Runner) -> Result<Option<Player>, MainDbError> {
        let bib = match runner {
            Runner::Bib(bib) => bib.clone(),
            Runner::User(user_id) => match self.pointer(id, *user_id).await?.and_then(|pointer| pointer.bib) {
                Some(bib) => bib,
                None => return Ok(None),
            },
        };
        self.player_item(id, bib_key(&bib)).await
    }

    /// How a runner takes part in a race; for one who waits, with the place in the line if it is among the first 1,000.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn participation(&self, id: MarathonId, user_id: UserId) -> Result<Option<Participation>, MainDbError> {
        for _ in 0..TRIES {
            let Some(pointer) = self.pointer(id, user_id).await? else {
                return Ok(None);
            };
            let participation = match pointer.target()? {
                Target::Bib(bib) => {
                    let player = self.player_item::<Player>(id, bib_key(&bib)).await?;
                    // The bib of one who leaves may go to another.
                    let player = player.filter(|player| player.user_id == user_id);
                    player.map(Participation::Entered)
                }
                Target::Line(key) => self.in_line(id, key).await?.map(Participation::Waiting),
            };
            // There is none when the runner came in, or left, since the pointer was read.
            if participation.is_some() {
                return Ok(participation);
            }
        }
        Err(MainDbError(format!("{} leads nowhere", user_key(user_id))))
    }

    async fn in_line(&self, id: MarathonId, key: String) -> Result<Option<Waiting>, MainDbError> {
        let Some(waiting) = self.player_item::<Waiting>(id, key.clone()).await? else {
            return Ok(None);
        };
        let up_to_it = self
            .of_race(id, "player_key BETWEEN :first AND :own")
            .expression_attribute_values(":first", text(LINE))
            .expression_attribute_values(":own", text(key));
        // One more than the place may be tells who is further back.
        let place = count(up_to_it, COUNTED + 1).await?;
        Ok(Some(Waiting {
            place: Some(place).filter(|place| (1..=COUNTED).contains(place)),
            ..waiting
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
        // A runner who applied a moment ago may be at the finish line of a test race.
        request
            .consistent_read(true)
            .send()
            .await?
            .item
            .map(from_item)
            .transpose()
    }

    /// The players of a race in the order of their bibs, at most `limit`, after a position.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn players(
        &self,
        id: MarathonId,
        limit: u32,
        after: Option<Position>,
    ) -> Result<(Vec<Player>, Option<Position>), MainDbError> {
        self.with_prefix(id, "bib#", limit, after).await
    }

    /// Those who wait for a place in a race, the first in line first, at most `limit`, after a position.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn waiting_list(
        &self,
        id: MarathonId,
        limit: u32,
        after: Option<LinePosition>,
    ) -> Result<(Vec<Waiting>, Option<LinePosition>), MainDbError> {
        let (position, mut place) = after.map_or((None, 0), |after| (Some(after.position), after.place));
        let (mut line, next) = self.with_prefix::<Waiting>(id, LINE, limit, position).await?;
        for waiting in &mut line {
            place += 1;
            waiting.place = Some(place);
        }
        Ok((line, next.map(|position| LinePosition { position, place })))
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

    /// Asks for the items of a race whose keys are as `keys` says.
    fn of_race(&self, id: MarathonId, keys: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.players)
            .key_condition_expression(format!("marathon_id = :id AND {keys}"))
            .expression_attribute_values(":id", text(id))
            .consistent_read(true)
    }

    /// The races that a runner takes part in or waits for, the latest race day first, at most `limit`, after a position.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn races_of(
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

    /// A change of the player with this bib, who must exist.
    pub(super) fn update_player(&self, id: MarathonId, bib: &Bib) -> UpdateBuilder {
        Update::builder()
            .table_name(&self.players)
            .set_key(Some(player_key(id, bib_key(bib))))
            .condition_expression("attribute_exists(player_key)")
    }

    /// Stores an item of the table whose key is new.
    pub(super) fn put_new(&self, value: &impl Serialize) -> Result<TransactWriteItem, MainDbError> {
        let put = Put::builder()
            .table_name(&self.players)
            .set_item(Some(to_item(value)?))
            .condition_expression("attribute_not_exists(player_key)")
            .build()?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Stores a player under the bib, which must be free.
    pub(super) fn put_new_player(&self, player: &Player) -> Result<TransactWriteItem, MainDbError> {
        self.put_new(&Keyed {
            value: player,
            player_key: bib_key(&player.bib),
        })
    }

    /// Deletes the item at a key, if `condition` holds for it.
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
            (None, Some(key)) => Ok(Target::Line(key)),
            (None, None) => Err(MainDbError(format!("{} points nowhere", self.player_key))),
        }
    }
}

/// What the keys of those who wait begin with.
pub(super) const LINE: &str = "wait#";

/// The key of the player with this bib.
pub(super) fn bib_key(bib: &Bib) -> String {
    format!("bib#{bib}")
}

/// The key of the pointer to this runner.
pub(super) fn user_key(user_id: UserId) -> String {
    format!("user#{user_id}")
}

/// The whole key of an item of this table.
pub(super) fn player_key(id: MarathonId, key: String) -> Item {
    Item::from([
        ("marathon_id".to_owned(), text(id)),
        ("player_key".to_owned(), text(key)),
    ])
}
