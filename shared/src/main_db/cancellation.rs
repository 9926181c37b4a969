//! Leaving a race, and the next in line who takes the place.

use super::item::{number, text};
use super::players::{LINE, TRIES, Target, bib_key, player_key, user_key};
use super::transaction::Cancelled;
use super::{MainDb, MainDbError, marathons};
use crate::domain::bib::Bib;
use crate::domain::id::{MarathonId, UserId};
use crate::domain::player::{Runner, Waiting};
use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use serde::Deserialize;

/// Why a runner is still in a race.
#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    /// The runner neither takes part nor waits.
    #[error("user {0} is not in the race")]
    NotInRace(UserId),
    /// The runner has an official record, which stays.
    #[error("the runner has an official record")]
    HasRecord,
    /// Too many changes of the race at once.
    #[error("too busy")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] MainDbError),
}

/// The first in line, with the key of the place in it.
#[derive(Deserialize)]
struct First {
    #[serde(flatten)]
    waiting: Waiting,
    player_key: String,
}

/// What happens to how many take part and how many wait.
#[derive(Clone, Copy)]
enum Counts {
    /// A player leaves, and nobody waits.
    PlayerLess,
    /// One who waits leaves, or takes the place of a player who does.
    WaitingLess,
    /// One who waits gets a free place.
    LetIn,
}

const EXISTS: &str = "attribute_exists(player_key)";
const EXISTS_WITHOUT_RECORD: &str = "attribute_exists(player_key) AND attribute_not_exists(record_id)";

impl MainDb {
    /// Takes a runner out of a race, or out of the line of those who wait for it. The first in line takes the place.
    ///
    /// # Errors
    /// [`CancelError`]; nothing is changed then.
    pub async fn cancel(&self, id: MarathonId, user_id: UserId) -> Result<(), CancelError> {
        for _ in 0..TRIES {
            let pointer = self
                .pointer(id, user_id)
                .await?
                .ok_or(CancelError::NotInRace(user_id))?;
            let (mut items, change) = match pointer.target()? {
                Target::Bib(bib) => self.leave(id, &bib).await?,
                Target::Line(key) => (vec![self.delete_key(id, key, EXISTS)?], Counts::WaitingLess),
            };
            items.push(self.delete_key(id, user_key(user_id), EXISTS)?);
            items.push(self.counts(id, change)?);
            match self.transact(items).await {
                Ok(()) => return Ok(()),
                // Somebody else was faster: a record, a promotion, or another who took the same waiting runner.
                Err(Cancelled::Condition(_)) => self.refuse_with_record(id, user_id).await?,
                Err(Cancelled::Busy) => return Err(CancelError::Busy),
                Err(Cancelled::Store(error)) => return Err(error.into()),
            }
        }
        Err(CancelError::Busy)
    }

    async fn refuse_with_record(&self, id: MarathonId, user_id: UserId) -> Result<(), CancelError> {
        let player = self.player(id, &Runner::User(user_id)).await?;
        if player.is_some_and(|player| player.record_id.is_some()) {
            Err(CancelError::HasRecord)
        } else {
            Ok(())
        }
    }

    /// What it takes to free a place: the player goes, and the first in line comes, or there is one player less.
    async fn leave(&self, id: MarathonId, bib: &Bib) -> Result<(Vec<TransactWriteItem>, Counts), MainDbError> {
        let mut items = vec![self.delete_key(id, bib_key(bib), EXISTS_WITHOUT_RECORD)?];
        let Some(first) = self.first_in_line(id).await? else {
            return Ok((items, Counts::PlayerLess));
        };
        items.extend(self.promotion(first).await?);
        Ok((items, Counts::WaitingLess))
    }

    /// Gives free places to those who wait, the first in line first, until one of the two is used up.
    ///
    /// # Errors
    /// [`MainDbError`] when the store failed; those who got their place before keep it.
    pub async fn fill_places(&self, id: MarathonId) -> Result<(), MainDbError> {
        while let Some(first) = self.first_in_line(id).await? {
            let mut items = self.promotion(first).await?;
            items.push(self.counts(id, Counts::LetIn)?);
            match self.transact(items).await {
                Err(Cancelled::Condition(failed)) if failed.contains(&3) => return Ok(()),
                // Done; or the first in line left, or was taken by another who does the same.
                Ok(()) | Err(Cancelled::Condition(_) | Cancelled::Busy) => {}
                Err(Cancelled::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }

    async fn first_in_line(&self, id: MarathonId) -> Result<Option<First>, MainDbError> {
        let (first, _) = self.with_prefix(id, LINE, 1, None).await?;
        Ok(first.into_iter().next())
    }

    /// What makes a player of one who waits: with the bib that was wished, if it is free.
    async fn promotion(
        &self,
        First {
            waiting,
            player_key: place,
        }: First,
    ) -> Result<Vec<TransactWriteItem>, MainDbError> {
        let id = waiting.marathon_id;
        let bib = match &waiting.wished_bib {
            Some(bib) if self.player(id, &Runner::Bib(bib.clone())).await?.is_none() => bib.clone(),
            _ => self.draw_free_bib(id).await?,
        };
        let pointer = Update::builder()
            .table_name(&self.players)
            .set_key(Some(player_key(id, user_key(waiting.user_id))))
            .update_expression("SET bib = :bib REMOVE wait_key")
            .condition_expression(EXISTS)
            .expression_attribute_values(":bib", text(&bib))
            .build()?;
        Ok(vec![
            self.delete_key(id, place, EXISTS)?,
            self.put_new_player(&waiting.with_bib(bib))?,
            TransactWriteItem::builder().update(pointer).build(),
        ])
    }

    async fn draw_free_bib(&self, id: MarathonId) -> Result<Bib, MainDbError> {
        loop {
            let bib = self.draw_bib(id).await?;
            if self.player(id, &Runner::Bib(bib.clone())).await?.is_none() {
                return Ok(bib);
            }
        }
    }

    /// Counts a change, under the condition that nobody leaves a place empty while somebody waits, and that nobody is
    /// let in beyond the capacity.
    fn counts(&self, id: MarathonId, change: Counts) -> Result<TransactWriteItem, MainDbError> {
        let (update, condition) = match change {
            Counts::PlayerLess => ("SET player_count = player_count - :one", "waiting_count = :zero"),
            Counts::WaitingLess => ("SET waiting_count = waiting_count - :one", "waiting_count > :zero"),
            Counts::LetIn => (
                "SET player_count = player_count + :one, waiting_count = waiting_count - :one",
                "waiting_count > :zero AND (attribute_not_exists(#capacity) OR player_count < #capacity)",
            ),
        };
        // CAPACITY is a reserved word, and a name must not be given that is not used.
        let names = condition
            .contains("#capacity")
            .then(|| [("#capacity".to_owned(), "capacity".to_owned())].into());
        let update = Update::builder()
            .table_name(&self.marathons)
            .set_key(Some(marathons::key(id)))
            .update_expression(update)
            .condition_expression(condition)
            .set_expression_attribute_names(names)
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":zero", number(0))
            .build()?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}
