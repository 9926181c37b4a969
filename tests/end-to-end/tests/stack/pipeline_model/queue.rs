//! From the queue to the ledger: messages in any order, with duplicates, in batches that can fail and be repeated.

use super::faulty_transport::{Cut, FaultyTransport, cut};
use super::stats::Stats;
use proptest::prelude::*;
use proptest::sample::Index;
use shared::domain::point_event::PointEvent;
use shared::pipeline::messages::Envelope;
use shared::user_db::{UserDb, UserDbError};
use std::collections::BTreeSet;

/// An invocation of point-increase.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// Its batch: any messages, even those that are already deleted from the queue.
    picks: Vec<Index>,
    fault: Option<Fault>,
}

#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// The batch is processed, but the response is lost, and no message is deleted from the queue.
    ResponseLost,
    /// The notification cannot be published.
    PublishFailed,
    /// The connection to `user_db` is killed.
    ConnectionCut(Cut),
}

/// How the remaining messages are delivered in the end, without faults.
#[derive(Debug, Clone)]
pub struct Drain {
    batch_size: usize,
    newest_first: bool,
}

impl Default for Drain {
    fn default() -> Self {
        Self {
            batch_size: 10,
            newest_first: false,
        }
    }
}

pub fn invocation() -> impl Strategy<Value = Invocation> {
    let fault = prop_oneof![
        3 => Just(None),
        1 => Just(Some(Fault::ResponseLost)),
        1 => Just(Some(Fault::PublishFailed)),
        3 => cut().prop_map(|cut| Some(Fault::ConnectionCut(cut))),
    ];
    let picks = proptest::collection::vec(any::<Index>(), 1..10);
    (picks, fault).prop_map(|(picks, fault)| Invocation { picks, fault })
}

pub fn drain() -> impl Strategy<Value = Drain> {
    (1..40_usize, any::<bool>()).prop_map(|(batch_size, newest_first)| Drain {
        batch_size,
        newest_first,
    })
}

/// The queue and its consumer.
pub struct Queue<'a> {
    db: &'a UserDb,
    transport: &'a FaultyTransport,
    stats: &'a Stats,
    messages: &'a [String],
    /// The messages in the queue, by index.
    undelivered: BTreeSet<usize>,
    /// The events whose notification is marked as published.
    marked: BTreeSet<String>,
    /// The event of each published notification.
    pub notified: Vec<String>,
    /// The events of notifications that were published again although they were marked.
    pub needlessly_notified: Vec<String>,
}

impl<'a> Queue<'a> {
    pub fn new(db: &'a UserDb, transport: &'a FaultyTransport, stats: &'a Stats, messages: &'a [String]) -> Self {
        Self {
            db,
            transport,
            stats,
            messages,
            undelivered: (0..messages.len()).collect(),
            marked: BTreeSet::new(),
            notified: Vec::new(),
            needlessly_notified: Vec::new(),
        }
    }

    pub async fn invoke(&mut self, invocation: &Invocation) -> Result<(), TestCaseError> {
        if self.messages.is_empty() {
            return Ok(());
        }
        let picks = invocation.picks.iter();
        let batch: Vec<_> = picks.map(|pick| pick.index(self.messages.len())).collect();
        self.deliver(&batch, invocation.fault).await
    }

    /// The remaining messages in batches.
    pub fn remaining_batches(&self, drain: &Drain) -> Vec<Vec<usize>> {
        let mut remaining: Vec<_> = self.undelivered.iter().copied().collect();
        if drain.newest_first {
            remaining.reverse();
        }
        remaining.chunks(drain.batch_size).map(<[_]>::to_vec).collect()
    }

    /// The events that are still in the queue.
    pub fn remaining_events(&self) -> impl Iterator<Item = PointEvent> {
        self.undelivered.iter().map(|message| self.parse(*message))
    }

    /// Delivers a batch. It must succeed, unless its connection is cut.
    pub async fn deliver(&mut self, batch: &[usize], fault: Option<Fault>) -> Result<(), TestCaseError> {
        Stats::add(&self.stats.deliveries, batch.len());
        if let Some(Fault::ConnectionCut(cut)) = fault {
            self.transport.schedule(cut);
        }
        let result = self.process(batch, fault).await;
        let was_cut = matches!(fault, Some(Fault::ConnectionCut(_))) && self.transport.finish_cut();
        Stats::add(&self.stats.killed_connections, usize::from(was_cut));
        match result {
            // The batch stays in the queue.
            Err(_) if was_cut => Stats::add(&self.stats.failed_batches, 1),
            result => result.map_err(|error| TestCaseError::fail(format!("failed without a fault: {error}")))?,
        }
        Ok(())
    }

    /// Processes a batch as point-increase does, and deletes its messages from the queue.
    async fn process(&mut self, batch: &[usize], fault: Option<Fault>) -> Result<(), UserDbError> {
        let events: Vec<_> = batch.iter().map(|message| self.parse(*message)).collect();
        let result = self.db.post(&events).await?;
        Stats::add(&self.stats.duplicates, result.duplicates);
        Stats::add(&self.stats.pending, result.pending.len());
        let to_notify: Vec<_> = result.to_notify().map(|event| event.event_id.clone()).collect();
        if !to_notify.is_empty() {
            if matches!(fault, Some(Fault::PublishFailed)) {
                Stats::add(&self.stats.failed_notifications, 1);
                return Ok(());
            }
            let needless = to_notify.iter().filter(|event_id| self.marked.contains(*event_id));
            self.needlessly_notified.extend(needless.cloned());
            self.notified.extend(to_notify.iter().cloned());
            self.db.mark_notified(result.to_notify()).await?;
            self.marked.extend(to_notify);
        }
        if matches!(fault, Some(Fault::ResponseLost)) {
            Stats::add(&self.stats.lost_responses, 1);
            return Ok(());
        }
        for (message, event) in batch.iter().zip(&events) {
            if !result.unknown_users.contains(&event.user_id) {
                self.undelivered.remove(message);
            }
        }
        Ok(())
    }

    fn parse(&self, message: usize) -> PointEvent {
        let envelope: Envelope<PointEvent> = serde_json::from_str(&self.messages[message]).unwrap();
        envelope.body
    }
}
