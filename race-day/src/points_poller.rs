//! Polls for the runners' points and measures how long they take, with few requests.
//!
//! A poll reads the public ranking down to the lowest total it waits for. Once fewer runners are missing than the
//! ranking has pages, it reads each missing runner's total instead. Between polls it sleeps at least as long as the
//! last poll took, so the measured latency is no more precise than the poll interval.

use crate::account::Account;
use crate::api::{ApiClient, ApiError, PageReader};
use crate::latencies::Latencies;
use crate::phase::Phase;
use crate::queries;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::time::sleep;

const MIN_POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Limit of concurrent requests when a poll reads each missing runner's total.
const MAX_CONCURRENT_REQUESTS: usize = 4;

/// The vectors have one element for each account.
pub struct PointsPoller<'a> {
    api: &'a ApiClient,
    accounts: &'a [Account],
    expected_totals: Vec<i64>,
    started: Instant,
    result_entered: RefCell<Vec<Option<Instant>>>,
    points_seen: RefCell<Vec<Option<Instant>>>,
    all_results_entered: Cell<Option<Instant>>,
    poll_count: Cell<u32>,
    polling_time: Cell<Duration>,
}

#[derive(Debug)]
pub struct PointsTiming {
    /// From the first request that enters a result to the last response.
    pub entry_duration: Duration,
    /// From each result to its points.
    pub latencies: Latencies,
    /// From the last result to the last points; `None` if points are missing.
    pub last_latency: Option<Duration>,
    /// Average.
    pub poll_interval: Duration,
}

#[derive(Deserialize)]
struct RankingItem {
    user_id: u64,
    total_point: i64,
}

/// Runners whose results are entered and whose points haven't been seen: their index by user id.
type MissingRunners = HashMap<u64, usize>;

impl<'a> PointsPoller<'a> {
    pub fn new(api: &'a ApiClient, accounts: &'a [Account], expected_totals: Vec<i64>) -> Self {
        Self {
            api,
            accounts,
            result_entered: RefCell::new(vec![None; expected_totals.len()]),
            points_seen: RefCell::new(vec![None; expected_totals.len()]),
            expected_totals,
            started: Instant::now(),
            all_results_entered: Cell::default(),
            poll_count: Cell::default(),
            polling_time: Cell::default(),
        }
    }

    pub fn record_result_entered(&self, index: usize) {
        if let Some(entered) = self.result_entered.borrow_mut().get_mut(index) {
            *entered = Some(Instant::now());
        }
    }

    pub fn record_all_results_entered(&self) {
        self.all_results_entered.set(Some(Instant::now()));
    }

    /// Polls until all runners have their points, or until `timeout` after the last result.
    pub async fn poll_until_complete(&self, timeout: Duration, phase: &Phase) -> Result<(), ApiError> {
        let mut ranking_pages = 1;
        loop {
            // Checked before the poll, so that one more poll follows the deadline.
            let is_timed_out = self
                .all_results_entered
                .get()
                .is_some_and(|entered| entered.elapsed() > timeout);
            let poll_started = Instant::now();
            let missing = self.missing_runners();
            if !missing.is_empty() {
                self.poll_count.set(self.poll_count.get() + 1);
                if missing.len() < ranking_pages {
                    self.read_each_total(missing, phase).await?;
                } else {
                    ranking_pages = self.read_ranking(missing, phase).await?;
                }
            }
            self.polling_time.set(self.started.elapsed());
            if is_timed_out || self.points_seen.borrow().iter().all(Option::is_some) {
                return Ok(());
            }
            sleep(poll_started.elapsed().max(MIN_POLL_INTERVAL)).await;
        }
    }

    pub fn into_timing(self) -> PointsTiming {
        let (entered, seen) = (self.result_entered.into_inner(), self.points_seen.into_inner());
        let latencies: Vec<_> = seen
            .iter()
            .zip(&entered)
            .filter_map(|(seen, entered)| seen.zip(*entered))
            .map(|(seen, entered)| seen.saturating_duration_since(entered))
            .collect();
        let last_seen = seen
            .iter()
            .max()
            .copied()
            .flatten()
            .filter(|_| latencies.len() == seen.len());
        let all_entered = self.all_results_entered.get();
        PointsTiming {
            entry_duration: all_entered
                .unwrap_or(self.started)
                .saturating_duration_since(self.started),
            latencies: latencies.into(),
            last_latency: last_seen
                .zip(all_entered)
                .map(|(seen, entered)| seen.saturating_duration_since(entered)),
            poll_interval: self.polling_time.get() / self.poll_count.get().max(1),
        }
    }

    fn missing_runners(&self) -> MissingRunners {
        let (entered, seen) = (self.result_entered.borrow(), self.points_seen.borrow());
        let runners = self.accounts.iter().enumerate().zip(entered.iter().zip(seen.iter()));
        runners
            .filter(|(_, (entered, seen))| entered.is_some() && seen.is_none())
            .map(|((index, account), _)| (account.user_id, index))
            .collect()
    }

    /// Reads the ranking until no missing runner can follow. Returns the number of pages.
    async fn read_ranking(&self, mut missing: MissingRunners, phase: &Phase) -> Result<usize, ApiError> {
        let lowest_expected = missing
            .values()
            .filter_map(|index| self.expected_totals.get(*index))
            .min()
            .copied()
            .unwrap_or_default();
        let mut ranking = PageReader::public(self.api, "/points?limit=500");
        let mut page_count = 0;
        while !missing.is_empty()
            && let Some(page) = ranking.next::<RankingItem, ()>(phase).await?
        {
            page_count += 1;
            for RankingItem { user_id, total_point } in &page.items {
                if let Some(&index) = missing.get(user_id)
                    && self.record_total(index, *total_point, phase)
                {
                    missing.remove(user_id);
                }
            }
            if page.items.last().is_some_and(|last| last.total_point < lowest_expected) {
                break;
            }
        }
        Ok(page_count)
    }

    async fn read_each_total(&self, missing: MissingRunners, phase: &Phase) -> Result<(), ApiError> {
        let requests = stream::iter(missing).map(|(user_id, index)| async move {
            let total = queries::total_point(self.api, user_id, phase).await?;
            self.record_total(index, total, phase);
            Ok(())
        });
        requests.buffer_unordered(MAX_CONCURRENT_REQUESTS).try_collect().await
    }

    /// Returns whether the runner has the expected points.
    fn record_total(&self, index: usize, total: i64, phase: &Phase) -> bool {
        let is_complete = self
            .expected_totals
            .get(index)
            .is_some_and(|expected| total >= *expected);
        if is_complete && let Some(seen) = self.points_seen.borrow_mut().get_mut(index) {
            *seen = Some(Instant::now());
            phase.record_completed();
        }
        is_complete
    }
}
