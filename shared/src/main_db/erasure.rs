//! Erasure of a user's personal data. Every step is idempotent, so an interrupted erasure can be repeated.

use super::item::text;
use super::players::{bib_key, player_key};
use super::{CancelError, MainDb, MainDbError};
use crate::domain::id::UserId;
use crate::domain::player::{Participation, Player};
use crate::domain::user::PersonName;
use time::{Date, OffsetDateTime};

const PAGE: u32 = 100;

impl MainDb {
    /// Deletes a user's non-official records and cancels the participation in future races. Past races and results stay
    /// under an anonymous name.
    pub async fn erase_person(&self, user_id: UserId, now: OffsetDateTime) -> Result<(), MainDbError> {
        self.erase_non_official_records(user_id).await?;
        self.erase_participations(user_id, now.date()).await?;
        self.erase_names_of_records(user_id, now).await
    }

    async fn erase_non_official_records(&self, user_id: UserId) -> Result<(), MainDbError> {
        loop {
            let (records, _) = self.non_official_records(user_id, PAGE, None).await?;
            // Until a page is empty: a record that changes at the same time is not deleted at the first attempt.
            if records.is_empty() {
                return Ok(());
            }
            for record in records {
                self.delete_non_official_record(user_id, record.record_id, record.revision)
                    .await?;
            }
        }
    }

    async fn erase_participations(&self, user_id: UserId, today: Date) -> Result<(), MainDbError> {
        let mut after = None;
        loop {
            let (races, next) = self.participations(user_id, PAGE, after).await?;
            for race in races {
                match race {
                    Participation::Entered(player) if player.record_id.is_some() || player.held_on < today => {
                        self.erase_player(&player).await?;
                    }
                    race => match self.cancel(race.marathon_id(), user_id).await {
                        Ok(()) | Err(CancelError::NotInRace(_)) => {}
                        Err(CancelError::Store(error)) => return Err(error),
                        Err(error) => return Err(MainDbError(error.to_string())),
                    },
                }
            }
            match next {
                Some(position) => after = Some(position),
                None => return Ok(()),
            }
        }
    }

    async fn erase_player(&self, player: &Player) -> Result<(), MainDbError> {
        let request = self
            .client
            .update_item()
            .table_name(&self.players)
            .set_key(Some(player_key(player.marathon_id, bib_key(&player.bib))))
            .update_expression("SET #name = :name REMOVE birth_date")
            .condition_expression("attribute_exists(player_key)")
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":name", text(PersonName::anonymous()));
        request.send().await?;
        Ok(())
    }

    async fn erase_names_of_records(&self, user_id: UserId, now: OffsetDateTime) -> Result<(), MainDbError> {
        let mut after = None;
        loop {
            let (records, next) = self.records_by_user(user_id, PAGE, after).await?;
            // Skips records that an interrupted erasure has already changed.
            for record in records
                .into_iter()
                .filter(|record| record.name != PersonName::anonymous())
            {
                let erased = record.revised(now, |record| record.name = PersonName::anonymous());
                if !self.correct_record(&erased).await? {
                    return Err(MainDbError("a record was corrected at the same time".to_owned()));
                }
            }
            match next {
                Some(position) => after = Some(position),
                None => return Ok(()),
            }
        }
    }
}
