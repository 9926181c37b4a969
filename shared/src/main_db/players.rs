//! The `player` table: `bib#<bib>` is the player, `user#<user_id>` points to the bib, so both are unique within a race.

use super::item::{Item, from_item, number, page, text, to_item};
use super::transaction::Cancelled;
use super::{MainDb, MainDbError, Position, marathons};
use crate::domain::bib::Bib;
use crate::domain::id::{MarathonId, UserId};
use crate::domain::marathon::{Marathon, NotAdmitted};
use crate::domain::official_record::Runner;
use crate::domain::player::{Applicant, Player};
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{Put, ReturnValue, TransactWriteItem, Update};
use serde::{Deserialize, Serialize};

/// How many numbers are tried when those drawn were given out on request before.
const BIBS_TRIED: u32 = 20;

/// Why an application was not entered.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The race takes no application.
    #[error(transparent)]
    NotAdmitted(#[from] NotAdmitted),
    /// The runner takes part already.
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
struct PlayerItem<'a> {
    #[serde(flatten)]
    player: &'a Player,
    player_key: String,
}

#[derive(Serialize, Deserialize)]
struct BibOfUser {
    marathon_id: MarathonId,
    player_key: String,
    bib: Bib,
}

impl MainDb {
    /// Enters an application: with the bib it asks for, else with the next free number.
    ///
    /// # Errors
    /// [`ApplyError`]; nothing is stored then.
    pub async fn apply(&self, marathon: &Marathon, applicant: &Applicant) -> Result<Player, ApplyError> {
        marathon.admit(applicant.applied_at)?;
        if let Some(bib) = &applicant.bib {
            return self.enter_player(applicant.with_bib(marathon, bib.clone())).await;
        }
        for _ in 0..BIBS_TRIED {
            let bib = self.draw_bib(marathon.marathon_id).await?;
            match self.enter_player(applicant.with_bib(marathon, bib)).await {
                Err(ApplyError::BibTaken(_)) => {}
                entered_or_not => return entered_or_not,
            }
        }
        Err(ApplyError::Busy)
    }

    /// Counts the player in and stores both items, if there is a place, the bib is free and the runner is new.
    async fn enter_player(&self, player: Player) -> Result<Player, ApplyError> {
        let items = self.player_items(&player)?;
        match self.transact(items).await {
            Ok(()) => Ok(player),
            Err(Cancelled::Condition(0)) => Err(NotAdmitted::Full.into()),
            Err(Cancelled::Condition(1)) => Err(ApplyError::AlreadyApplied),
            Err(Cancelled::Condition(_)) => Err(ApplyError::BibTaken(player.bib)),
            Err(Cancelled::Busy) => Err(ApplyError::Busy),
            Err(Cancelled::Store(error)) => Err(error.into()),
        }
    }

    fn player_items(&self, player: &Player) -> Result<Vec<TransactWriteItem>, MainDbError> {
        let count = Update::builder()
            .table_name(&self.marathons)
            .set_key(Some(marathons::key(player.marathon_id)))
            .update_expression("SET player_count = player_count + :one")
            .condition_expression(
                "attribute_exists(marathon_id) AND (attribute_not_exists(#capacity) OR player_count < #capacity)",
            )
            // CAPACITY is a reserved word.
            .expression_attribute_names("#capacity", "capacity")
            .expression_attribute_values(":one", number(1))
            .build()?;
        let pointer = to_item(&BibOfUser {
            marathon_id: player.marathon_id,
            player_key: user_key(player.user_id),
            bib: player.bib.clone(),
        })?;
        let player = to_item(&PlayerItem {
            player,
            player_key: bib_key(&player.bib),
        })?;
        Ok(vec![
            TransactWriteItem::builder().update(count).build(),
            TransactWriteItem::builder().put(self.put_new_player(pointer)?).build(),
            TransactWriteItem::builder().put(self.put_new_player(player)?).build(),
        ])
    }

    fn put_new_player(&self, item: Item) -> Result<Put, BuildError> {
        Put::builder()
            .table_name(&self.players)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(player_key)")
            .build()
    }

    /// The next number of a race. It may have been given out on request; numbers that are drawn in vain stay unused.
    async fn draw_bib(&self, id: MarathonId) -> Result<Bib, MainDbError> {
        #[derive(Deserialize)]
        struct Counter {
            bib_counter: u32,
        }
        let answer = self
            .client
            .update_item()
            .table_name(&self.marathons)
            .set_key(Some(marathons::key(id)))
            .update_expression("SET bib_counter = if_not_exists(bib_counter, :zero) + :one")
            .condition_expression("attribute_exists(marathon_id)")
            .expression_attribute_values(":zero", number(0))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await?;
        let Counter { bib_counter } = from_item(answer.attributes.unwrap_or_default())?;
        Ok(Bib::numbered(bib_counter))
    }

    /// The player of a race with this bib or account.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed.
    pub async fn player(&self, id: MarathonId, runner: &Runner) -> Result<Option<Player>, MainDbError> {
        let bib = match runner {
            Runner::Bib(bib) => bib.clone(),
            Runner::User(user_id) => match self.player_item::<BibOfUser>(id, user_key(*user_id)).await? {
                Some(pointer) => pointer.bib,
                None => return Ok(None),
            },
        };
        self.player_item(id, bib_key(&bib)).await
    }

    async fn player_item<T: serde::de::DeserializeOwned>(
        &self,
        id: MarathonId,
        player_key: String,
    ) -> Result<Option<T>, MainDbError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.players)
            .set_key(Some(key(id, player_key)));
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
        let answer = self
            .client
            .query()
            .table_name(&self.players)
            .key_condition_expression("marathon_id = :id AND begins_with(player_key, :bibs)")
            .expression_attribute_values(":id", text(id))
            .expression_attribute_values(":bibs", text("bib#"))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(after.map(Item::from))
            .send()
            .await?;
        page(answer.items, answer.last_evaluated_key)
    }

    /// A change of the player with this bib, who must exist.
    pub(super) fn update_player(&self, id: MarathonId, bib: &Bib) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        Update::builder()
            .table_name(&self.players)
            .set_key(Some(key(id, bib_key(bib))))
            .condition_expression("attribute_exists(player_key)")
    }
}

fn bib_key(bib: &Bib) -> String {
    format!("bib#{bib}")
}

fn user_key(user_id: UserId) -> String {
    format!("user#{user_id}")
}

fn key(id: MarathonId, player_key: String) -> Item {
    Item::from([
        ("marathon_id".to_owned(), text(id)),
        ("player_key".to_owned(), text(player_key)),
    ])
}
