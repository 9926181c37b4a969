//! Waits for the points to land, without asking more than it has to.
//!
//! Each poll reads the public ranking down to the points that are awaited, or asks for the runners who are still missing
//! one by one once they are fewer than the ranking's pages. Polling begins with the first result and rests at least as
//! long as it asked. Hence the time from a result to its points is known no finer than polls are apart.

use crate::account::Account;
use crate::api::{Api, ApiError};
use crate::inspect;
use crate::pages::Pages;
use crate::step::{Latencies, Step};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::time::sleep;

const SHORTEST_REST: Duration = Duration::from_secs(1);
/// How many runners are asked for at once when it is done one by one.
const ASKED_AT_ONCE: usize = 4;

/// What is known about the points of a race.
pub struct Watch<'a> {
    api: &'a Api,
    accounts: &'a [Account],
    due: Vec<i64>,
    began: Instant,
    entered: RefCell<Vec<Option<Instant>>>,
    landed: RefCell<Vec<Option<Instant>>>,
    all_entered: Cell<Option<Instant>>,
    polls: Cell<u32>,
    polling: Cell<Duration>,
}

/// How fast the points landed.
#[derive(Debug)]
pub struct Landing {
    /// From the first request to the last answer of entering the results.
    pub entering: Duration,
    /// From each result to its points.
    pub latencies: Latencies,
    /// From the last result to the last points; unknown when some are missing.
    pub after_last: Option<Duration>,
    /// How far the polls were apart.
    pub polled_every: Duration,
}

#[derive(Deserialize)]
struct Ranked {
    user_id: u64,
    total_point: i64,
}

/// Runners whose points are awaited: their place among the accounts, by user id.
type Missing = HashMap<u64, usize>;

impl<'a> Watch<'a> {
    /// Awaits the totals that are due, one for each account.
    pub fn new(api: &'a Api, accounts: &'a [Account], due: Vec<i64>) -> Self {
        Self {
            api,
            accounts,
            entered: RefCell::new(vec![None; due.len()]),
            landed: RefCell::new(vec![None; due.len()]),
            due,
            began: Instant::now(),
            all_entered: Cell::default(),
            polls: Cell::default(),
            polling: Cell::default(),
        }
    }

    /// The result of this runner was entered.
    pub fn entered(&self, index: usize) {
        if let Some(entered) = self.entered.borrow_mut().get_mut(index) {
            *entered = Some(Instant::now());
        }
    }

    /// The last result was entered.
    pub fn all_entered(&self) {
        self.all_entered.set(Some(Instant::now()));
    }

    /// Polls until everybody's points have landed, at most `timeout` longer than results are entered.
    pub async fn until_landed(&self, timeout: Duration, step: &Step) -> Result<(), ApiError> {
        let mut ranking_pages = 1;
        loop {
            let late = self
                .all_entered
                .get()
                .is_some_and(|entered| entered.elapsed() > timeout);
            let poll = Instant::now();
            let missing = self.missing();
            if !missing.is_empty() {
                self.polls.set(self.polls.get() + 1);
                if missing.len() < ranking_pages {
                    self.ask_each(missing, step).await?;
                } else {
                    ranking_pages = self.read_ranking(missing, step).await?;
                }
            }
            self.polling.set(self.began.elapsed());
            if late || self.landed.borrow().iter().all(Option::is_some) {
                return Ok(());
            }
            sleep(poll.elapsed().max(SHORTEST_REST)).await;
        }
    }

    /// What was measured.
    pub fn landing(self) -> Landing {
        let (entered, landed) = (self.entered.into_inner(), self.landed.into_inner());
        let pairs = || {
            landed
                .iter()
                .zip(&entered)
                .filter_map(|(landed, entered)| landed.zip(*entered))
        };
        let latencies: Vec<_> = pairs()
            .map(|(landed, entered)| landed.saturating_duration_since(entered))
            .collect();
        let last = landed
            .iter()
            .max()
            .copied()
            .flatten()
            .filter(|_| latencies.len() == landed.len());
        Landing {
            entering: self
                .all_entered
                .get()
                .unwrap_or(self.began)
                .saturating_duration_since(self.began),
            latencies: latencies.into(),
            after_last: last
                .zip(self.all_entered.get())
                .map(|(last, all)| last.saturating_duration_since(all)),
            polled_every: self.polling.get() / self.polls.get().max(1),
        }
    }

    fn missing(&self) -> Missing {
        let (entered, landed) = (self.entered.borrow(), self.landed.borrow());
        let runners = self.accounts.iter().enumerate().zip(entered.iter().zip(landed.iter()));
        runners
            .filter(|(_, (entered, landed))| entered.is_some() && landed.is_none())
            .map(|((index, account), _)| (account.user_id, index))
            .collect()
    }

    /// Reads the ranking as far down as it can matter; how many pages that were.
    async fn read_ranking(&self, mut missing: Missing, step: &Step) -> Result<usize, ApiError> {
        let least = missing
            .values()
            .filter_map(|index| self.due.get(*index))
            .min()
            .copied()
            .unwrap_or_default();
        let mut ranking = Pages::public(self.api, "/points?limit=500");
        let mut count = 0;
        while !missing.is_empty()
            && let Some(page) = ranking.next::<Ranked, ()>(step).await?
        {
            count += 1;
            for Ranked { user_id, total_point } in &page.items {
                if let Some(&index) = missing.get(user_id)
                    && self.note(index, *total_point, step)
                {
                    missing.remove(user_id);
                }
            }
            if page.items.last().is_some_and(|last| last.total_point < least) {
                break;
            }
        }
        Ok(count)
    }

    async fn ask_each(&self, missing: Missing, step: &Step) -> Result<(), ApiError> {
        let asked = stream::iter(missing).map(|(user_id, index)| async move {
            let total = inspect::total(self.api, user_id, step).await?;
            self.note(index, total, step);
            Ok(())
        });
        asked.buffer_unordered(ASKED_AT_ONCE).try_collect().await
    }

    /// Notes a runner's total; whether the points have landed.
    fn note(&self, index: usize, total: i64, step: &Step) -> bool {
        let has_landed = self.due.get(index).is_some_and(|due| total >= *due);
        if has_landed && let Some(landed) = self.landed.borrow_mut().get_mut(index) {
            *landed = Some(Instant::now());
            step.done();
        }
        has_landed
    }
}
