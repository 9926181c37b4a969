//! Compares the two stores race by race, twice where they differ: what is on its way between them is no difference.

use serde::Serialize;
use shared::domain::audit::{Difference, Kind, Race};
use shared::domain::id::{MarathonId, UserId};
use shared::domain::marathon::Title;
use shared::main_db::{MainDb, MainDbError};
use shared::topic::{NotPublished, Topic};
use shared::user_db::{UserDb, UserDbError};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How many users' totals are compared in one statement.
const USERS_AT_ONCE: u32 = 1_000;

/// What an audit works with.
pub struct Audit<'a> {
    /// The records.
    pub main_db: &'a MainDb,
    /// The ledger and the totals.
    pub user_db: &'a UserDb,
    /// Where the events that mend go.
    pub topic: &'a Topic,
    /// How long what is on its way may take.
    pub settle: Duration,
    /// Whether to mend what can be mended.
    pub repair: bool,
}

/// What was compared and found.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// How many races were compared.
    pub races: usize,
    /// How many records there are.
    pub records: usize,
    /// How many lines the ledger has for them.
    pub lines: usize,
    /// How many users' totals were compared.
    pub users: usize,
    /// How many differences of each kind there are.
    pub differences: BTreeMap<Kind, usize>,
    /// How many of them are mended, or will be once their events have gone through the pipeline.
    pub repaired: usize,
}

/// An audit could not be carried out.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each says for itself what failed")]
pub enum AuditError {
    #[error(transparent)]
    MainDb(#[from] MainDbError),
    #[error(transparent)]
    UserDb(#[from] UserDbError),
    #[error(transparent)]
    Topic(#[from] NotPublished),
}

impl Audit<'_> {
    /// Compares every race and every total.
    ///
    /// # Errors
    /// [`AuditError`] when a store failed.
    pub async fn everything(&self) -> Result<Report, AuditError> {
        let mut report = Report::default();
        let mut suspects = Vec::new();
        for (race, title) in self.races().await? {
            let race = self.race(race, title).await?;
            report.count(&race);
            suspects.extend(Suspect::of(race));
        }
        self.settle(suspects, &mut report).await?;
        let mut last = 0;
        loop {
            let users = self.user_db.users_above(last, USERS_AT_ONCE).await?;
            let Some(user) = users.last() else { return Ok(report) };
            last = user.get();
            self.totals(&users, &mut report).await?;
        }
    }

    /// Compares one race, and the totals of those who have points for it.
    ///
    /// # Errors
    /// [`AuditError`] when a store failed.
    pub async fn one_race(&self, id: MarathonId) -> Result<Report, AuditError> {
        let mut report = Report::default();
        let marathon = self.main_db.marathon(id).await?;
        let race = self
            .race(id, marathon.map_or_else(|| id.into(), |marathon| marathon.title))
            .await?;
        report.count(&race);
        let users: BTreeSet<UserId> = race.lines.iter().map(|line| line.user_id).collect();
        let users: Vec<_> = users.into_iter().collect();
        self.settle(Suspect::of(race).into_iter().collect(), &mut report)
            .await?;
        self.totals(&users, &mut report).await?;
        Ok(report)
    }

    /// Every race of the calendar, and those that only the ledger knows.
    async fn races(&self) -> Result<BTreeMap<MarathonId, Title>, AuditError> {
        let ledger = self.user_db.races_of_ledger().await?;
        let mut races: BTreeMap<_, _> = ledger.into_iter().map(|id| (id, Title::from(id))).collect();
        let mut after = None;
        loop {
            let (marathons, next) = self.main_db.all_marathons(after).await?;
            races.extend(marathons.into_iter().map(|race| (race.marathon_id, race.title)));
            match next {
                Some(position) => after = Some(position),
                None => return Ok(races),
            }
        }
    }

    /// A race as it is now. The ledger is read first: what it has, the records had before.
    async fn race(&self, marathon_id: MarathonId, title: Title) -> Result<Race, AuditError> {
        let lines = self.user_db.lines_of_race(marathon_id).await?;
        let (records, unreadable) = self.main_db.records_of_race(marathon_id).await?;
        Ok(Race {
            marathon_id,
            title,
            records,
            unreadable,
            lines,
        })
    }

    /// Looks at races again whose records and ledger differed, and takes for real what still differs.
    async fn settle(&self, suspects: Vec<Suspect>, report: &mut Report) -> Result<(), AuditError> {
        if !suspects.is_empty() {
            tokio::time::sleep(self.settle).await;
        }
        for mut suspect in suspects {
            let now = self.race(suspect.race, suspect.title).await?.differences();
            suspect.differences.retain(|difference| now.contains(difference));
            self.conclude(suspect.race, suspect.differences, report).await?;
        }
        Ok(())
    }

    /// Tells of differences, and sends the events that mend them if that is asked for.
    async fn conclude(&self, race: MarathonId, found: Vec<Difference>, report: &mut Report) -> Result<(), AuditError> {
        for Difference { kind, about, .. } in &found {
            tracing::error!(marathon_id = %race, ?kind, about, "difference");
            *report.differences.entry(*kind).or_default() += 1;
        }
        if self.repair {
            let repairs: Vec<_> = found.into_iter().filter_map(|difference| difference.repair).collect();
            self.topic.publish(&repairs).await?;
            report.repaired += repairs.len();
        }
        Ok(())
    }

    async fn totals(&self, users: &[UserId], report: &mut Report) -> Result<(), AuditError> {
        report.users += users.len();
        for user_id in self.user_db.wrong_totals(users).await? {
            tracing::error!(%user_id, kind = ?Kind::WrongTotal, "difference");
            *report.differences.entry(Kind::WrongTotal).or_default() += 1;
            if self.repair {
                self.user_db.mend_total(user_id).await?;
                report.repaired += 1;
            }
        }
        Ok(())
    }
}

/// A race whose records and ledger differ; without them, for there may be many such races.
struct Suspect {
    race: MarathonId,
    title: Title,
    differences: Vec<Difference>,
}

impl Suspect {
    fn of(race: Race) -> Option<Self> {
        let differences = race.differences();
        (!differences.is_empty()).then_some(Self {
            race: race.marathon_id,
            title: race.title,
            differences,
        })
    }
}

impl Report {
    fn count(&mut self, race: &Race) {
        self.races += 1;
        self.records += race.records.len() + race.unreadable.len();
        self.lines += race.lines.len();
    }
}
