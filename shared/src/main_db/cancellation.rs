//! Cancellation of a participation, and promotion from the waitlist.

use super::item::{number, text};
use super::players::{MAX_ATTEMPTS, Target, WAITLIST_PREFIX, bib_key, player_key, user_key};
use super::transaction::TransactionError;
use super::{MainDb, MainDbError, marathons};
use crate::domain::bib::Bib;
use crate::domain::id::{MarathonId, UserId};
use crate::domain::player::{PlayerRef, WaitlistEntry};
use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use serde::Deserialize;

#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    #[error("user {0} is not in the race")]
    NotInRace(UserId),
    /// A player with an official record cannot cancel.
    #[error("the runner has an official record")]
    HasRecord,
    #[error("too busy")]
    Busy,
    #[error(transparent)]
    Store(#[from] MainDbError),
}

/// The first waitlist entry with its key.
#[derive(Deserialize)]
struct FirstEntry {
    #[serde(flatten)]
    entry: WaitlistEntry,
    player_key: String,
}

/// A change of a race's player count and waiting count.
#[derive(Clone, Copy)]
enum CountChange {
    /// A player leaves, and the waitlist is empty.
    PlayerLeaves,
    /// A waitlist entry is deleted, or promoted to the place of a player who leaves.
    WaitlistShrinks,
    /// A waitlist entry is promoted to a free place.
    Promotion,
}

const EXISTS: &str = "attribute_exists(player_key)";
const EXISTS_WITHOUT_RECORD: &str = "attribute_exists(player_key) AND attribute_not_exists(record_id)";

impl MainDb {
    /// Removes a runner from a race or its waitlist, and promotes the first waitlist entry to a free place.
    pub async fn cancel(&self, id: MarathonId, user_id: UserId) -> Result<(), CancelError> {
        for _ in 0..MAX_ATTEMPTS {
            let pointer = self
                .pointer(id, user_id)
                .await?
                .ok_or(CancelError::NotInRace(user_id))?;
            let (mut items, change) = match pointer.target()? {
                Target::Bib(bib) => self.leave(id, &bib).await?,
                Target::Waitlist(key) => (vec![self.delete_key(id, key, EXISTS)?], CountChange::WaitlistShrinks),
            };
            items.push(self.delete_key(id, user_key(user_id), EXISTS)?);
            items.push(self.change_counts(id, change)?);
            match self.transact(items).await {
                Ok(()) => return Ok(()),
                // A concurrent change: a record was entered, or the same waitlist entry was promoted.
                Err(TransactionError::Condition(_)) => self.check_has_no_record(id, user_id).await?,
                Err(TransactionError::Busy) => return Err(CancelError::Busy),
                Err(TransactionError::Store(error)) => return Err(error.into()),
            }
        }
        Err(CancelError::Busy)
    }

    async fn check_has_no_record(&self, id: MarathonId, user_id: UserId) -> Result<(), CancelError> {
        let player = self.player(id, &PlayerRef::User(user_id)).await?;
        if player.is_some_and(|player| player.record_id.is_some()) {
            Err(CancelError::HasRecord)
        } else {
            Ok(())
        }
    }

    /// The writes that delete a player and promote the first waitlist entry, if there is one.
    async fn leave(&self, id: MarathonId, bib: &Bib) -> Result<(Vec<TransactWriteItem>, CountChange), MainDbError> {
        let mut items = vec![self.delete_key(id, bib_key(bib), EXISTS_WITHOUT_RECORD)?];
        let Some(first) = self.first_on_waitlist(id).await? else {
            return Ok((items, CountChange::PlayerLeaves));
        };
        items.extend(self.promotion(first).await?);
        Ok((items, CountChange::WaitlistShrinks))
    }

    /// Promotes waitlist entries in order, until the race is full or the waitlist empty. After an error, completed
    /// promotions stay.
    pub async fn promote_waitlist(&self, id: MarathonId) -> Result<(), MainDbError> {
        while let Some(first) = self.first_on_waitlist(id).await? {
            let mut items = self.promotion(first).await?;
            items.push(self.change_counts(id, CountChange::Promotion)?);
            match self.transact(items).await {
                Err(TransactionError::Condition(failed)) if failed.contains(&3) => return Ok(()),
                // Promoted, or a concurrent change took the first entry: continue with the next one.
                Ok(()) | Err(TransactionError::Condition(_) | TransactionError::Busy) => {}
                Err(TransactionError::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }

    async fn first_on_waitlist(&self, id: MarathonId) -> Result<Option<FirstEntry>, MainDbError> {
        let (first, _) = self.with_prefix(id, WAITLIST_PREFIX, 1, None).await?;
        Ok(first.into_iter().next())
    }

    /// The writes that turn a waitlist entry into a player, with the requested bib if it is free.
    async fn promotion(
        &self,
        FirstEntry { entry, player_key: key }: FirstEntry,
    ) -> Result<Vec<TransactWriteItem>, MainDbError> {
        let id = entry.marathon_id;
        let bib = match &entry.wished_bib {
            Some(bib) if self.player(id, &PlayerRef::Bib(bib.clone())).await?.is_none() => bib.clone(),
            _ => self.draw_free_bib(id).await?,
        };
        let pointer = Update::builder()
            .table_name(&self.players)
            .set_key(Some(player_key(id, user_key(entry.user_id))))
            .update_expression("SET bib = :bib REMOVE wait_key")
            .condition_expression(EXISTS)
            .expression_attribute_values(":bib", text(&bib))
            .build()?;
        Ok(vec![
            self.delete_key(id, key, EXISTS)?,
            self.put_new_player(&entry.into_player(bib))?,
            TransactWriteItem::builder().update(pointer).build(),
        ])
    }

    async fn draw_free_bib(&self, id: MarathonId) -> Result<Bib, MainDbError> {
        loop {
            let bib = self.draw_bib(id).await?;
            if self.player(id, &PlayerRef::Bib(bib.clone())).await?.is_none() {
                return Ok(bib);
            }
        }
    }

    /// The write of a count change. Its condition ensures that no place stays free while there is a waitlist, and that the
    /// capacity is not exceeded.
    fn change_counts(&self, id: MarathonId, change: CountChange) -> Result<TransactWriteItem, MainDbError> {
        let (update, condition) = match change {
            CountChange::PlayerLeaves => ("SET player_count = player_count - :one", "waiting_count = :zero"),
            CountChange::WaitlistShrinks => ("SET waiting_count = waiting_count - :one", "waiting_count > :zero"),
            CountChange::Promotion => (
                "SET player_count = player_count + :one, waiting_count = waiting_count - :one",
                "waiting_count > :zero AND (attribute_not_exists(#capacity) OR player_count < #capacity)",
            ),
        };
        // CAPACITY is a reserved word, and DynamoDB rejects unused names.
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
