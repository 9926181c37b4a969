//! Compares the two stores race by race. Races with differences are compared again after a delay, because events may be in
//! transit.

use serde::Serialize;
use shared::domain::audit::{Difference, DifferenceKind, Race};
use shared::domain::id::{MarathonId, UserId};
use shared::domain::marathon::Title;
use shared::main_db::{MainDb, MainDbError};
use shared::pipeline::topic::{PublishError, Topic};
use shared::user_db::{UserDb, UserDbError};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Users whose totals are compared in one statement.
const USERS_PER_STATEMENT: u32 = 1_000;

pub struct Audit<'a> {
    pub main_db: &'a MainDb,
    pub user_db: &'a UserDb,
    /// Carries the events that repair differences.
    pub topic: &'a Topic,
    /// How long events in transit may take.
    pub settle: Duration,
    /// Whether to repair differences.
    pub repair: bool,
}

/// The result of an audit, as counts.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub races: usize,
    pub records: usize,
    /// Ledger entries.
    pub entries: usize,
    /// Users whose totals were compared.
    pub users: usize,
    pub differences: BTreeMap<DifferenceKind, usize>,
    /// Differences that are repaired, or will be once their events have passed through the pipeline.
    pub repaired: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error(transparent)]
    MainDb(#[from] MainDbError),
    #[error(transparent)]
    UserDb(#[from] UserDbError),
    #[error(transparent)]
    Topic(#[from] PublishError),
}

impl Audit<'_> {
    /// Compares every race and every total.
    pub async fn audit_all(&self) -> Result<Report, AuditError> {
        let mut report = Report::default();
        let mut differing = Vec::new();
        for (race, title) in self.races().await? {
            let race = self.race(race, title).await?;
            report.count(&race);
            differing.extend(DifferingRace::new(race));
        }
        self.recheck(differing, &mut report).await?;
        let mut last = 0;
        loop {
            let users = self.user_db.user_ids_after(last, USERS_PER_STATEMENT).await?;
            let Some(user) = users.last() else { return Ok(report) };
            last = user.get();
            self.totals(&users, &mut report).await?;
        }
    }

    /// Compares one race, and the totals of users with points for it.
    pub async fn audit_race(&self, id: MarathonId) -> Result<Report, AuditError> {
        let mut report = Report::default();
        let marathon = self.main_db.marathon(id).await?;
        let race = self
            .race(id, marathon.map_or_else(|| id.into(), |marathon| marathon.title))
            .await?;
        report.count(&race);
        let users: BTreeSet<UserId> = race.entries.iter().map(|entry| entry.user_id).collect();
        let users: Vec<_> = users.into_iter().collect();
        self.recheck(DifferingRace::new(race).into_iter().collect(), &mut report)
            .await?;
        self.totals(&users, &mut report).await?;
        Ok(report)
    }

    /// Every race of the calendar, and deleted races that still have ledger entries.
    async fn races(&self) -> Result<BTreeMap<MarathonId, Title>, AuditError> {
        let ledger = self.user_db.marathons_in_ledger().await?;
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

    /// Reads a race. The ledger is read first, because its entries follow from the records.
    async fn race(&self, marathon_id: MarathonId, title: Title) -> Result<Race, AuditError> {
        let entries = self.user_db.ledger_entries(marathon_id).await?;
        let (records, unreadable) = self.main_db.records_of_race(marathon_id).await?;
        Ok(Race {
            marathon_id,
            title,
            records,
            unreadable,
            entries,
        })
    }

    /// Compares races with differences again after the delay, and reports the differences that remain.
    async fn recheck(&self, races: Vec<DifferingRace>, report: &mut Report) -> Result<(), AuditError> {
        if !races.is_empty() {
            tokio::time::sleep(self.settle).await;
        }
        for mut race in races {
            let now = self.race(race.marathon_id, race.title).await?.differences();
            race.differences.retain(|difference| now.contains(difference));
            self.report(race.marathon_id, race.differences, report).await?;
        }
        Ok(())
    }

    /// Logs and counts differences, and publishes their repairs if requested.
    async fn report(&self, race: MarathonId, found: Vec<Difference>, report: &mut Report) -> Result<(), AuditError> {
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
            tracing::error!(%user_id, kind = ?DifferenceKind::WrongTotal, "difference");
            *report.differences.entry(DifferenceKind::WrongTotal).or_default() += 1;
            if self.repair {
                self.user_db.repair_total(user_id).await?;
                report.repaired += 1;
            }
        }
        Ok(())
    }
}

/// A race with differences, without its records and entries, to save memory.
struct DifferingRace {
    marathon_id: MarathonId,
    title: Title,
    differences: Vec<Difference>,
}

impl DifferingRace {
    fn new(race: Race) -> Option<Self> {
        let differences = race.differences();
        (!differences.is_empty()).then_some(Self {
            marathon_id: race.marathon_id,
            title: race.title,
            differences,
        })
    }
}

impl Report {
    fn count(&mut self, race: &Race) {
        self.races += 1;
        self.records += race.records.len() + race.unreadable.len();
        self.entries += race.entries.len();
    }
}
