//! From the queue to the ledger: batches in any order, with duplicates, some of which fail on the way and come again.

use super::tally::Tally;
use super::wire::{Cut, Wire, cut};
use proptest::prelude::*;
use proptest::sample::Index;
use shared::domain::point_event::PointEvent;
use shared::pipeline::messages::Envelope;
use shared::user_db::{UserDb, UserDbError};
use std::collections::BTreeSet;

/// One invocation of the function behind the queue.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// Which of all messages it is handed, also such as were handled before.
    picks: Vec<Index>,
    fault: Option<Fault>,
}

#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// All is done, but the queue does not learn of it.
    AnswerLost,
    /// The topic does not take the notice.
    NoticeRefused,
    /// The connection to `user_db` is lost on the way.
    Cut(Cut),
}

/// How the queue is emptied in the end, when nothing fails any more.
#[derive(Debug, Clone)]
pub struct Rest {
    size: usize,
    newest_first: bool,
}

impl Default for Rest {
    fn default() -> Self {
        Self {
            size: 10,
            newest_first: false,
        }
    }
}

pub fn invocation() -> impl Strategy<Value = Invocation> {
    let fault = prop_oneof![
        3 => Just(None),
        1 => Just(Some(Fault::AnswerLost)),
        1 => Just(Some(Fault::NoticeRefused)),
        3 => cut().prop_map(|cut| Some(Fault::Cut(cut))),
    ];
    let picks = proptest::collection::vec(any::<Index>(), 1..10);
    (picks, fault).prop_map(|(picks, fault)| Invocation { picks, fault })
}

pub fn rest() -> impl Strategy<Value = Rest> {
    (1..40_usize, any::<bool>()).prop_map(|(size, newest_first)| Rest { size, newest_first })
}

/// The queue, and what became of its messages.
pub struct Queue<'a> {
    db: &'a UserDb,
    wire: &'a Wire,
    tally: &'a Tally,
    messages: &'a [String],
    waiting: BTreeSet<usize>,
    marked: BTreeSet<String>,
    /// The events that a notice told of, each time it did.
    pub told: Vec<String>,
    /// The events that a notice told of once more, although `user_db` knew that it had been published.
    pub told_in_vain: Vec<String>,
}

impl<'a> Queue<'a> {
    pub fn new(db: &'a UserDb, wire: &'a Wire, tally: &'a Tally, messages: &'a [String]) -> Self {
        Self {
            db,
            wire,
            tally,
            messages,
            waiting: (0..messages.len()).collect(),
            marked: BTreeSet::new(),
            told: Vec::new(),
            told_in_vain: Vec::new(),
        }
    }

    /// Hands out one batch.
    pub async fn invoke(&mut self, invocation: &Invocation) -> Result<(), TestCaseError> {
        if self.messages.is_empty() {
            return Ok(());
        }
        let picks = invocation.picks.iter();
        let batch: Vec<_> = picks.map(|pick| pick.index(self.messages.len())).collect();
        self.hand_out(&batch, invocation.fault).await
    }

    /// The batches that are left.
    pub fn rest(&self, rest: &Rest) -> Vec<Vec<usize>> {
        let mut waiting: Vec<_> = self.waiting.iter().copied().collect();
        if rest.newest_first {
            waiting.reverse();
        }
        waiting.chunks(rest.size).map(<[_]>::to_vec).collect()
    }

    /// The events that still wait.
    pub fn waiting(&self) -> impl Iterator<Item = PointEvent> {
        self.waiting.iter().map(|message| self.read(*message))
    }

    /// Hands out a batch, with which nothing goes wrong but the fault.
    pub async fn hand_out(&mut self, batch: &[usize], fault: Option<Fault>) -> Result<(), TestCaseError> {
        Tally::add(&self.tally.deliveries, batch.len());
        if let Some(Fault::Cut(cut)) = fault {
            self.wire.plan(cut);
        }
        let done = self.handle(batch, fault).await;
        let was_cut = matches!(fault, Some(Fault::Cut(_))) && self.wire.has_cut();
        Tally::add(&self.tally.cuts, usize::from(was_cut));
        match done {
            // The batch comes back.
            Err(_) if was_cut => Tally::add(&self.tally.failed_after_cut, 1),
            done => done.map_err(|error| TestCaseError::fail(format!("nothing was in the way, but {error}")))?,
        }
        Ok(())
    }

    /// What the function does with a batch, and what the queue then forgets.
    async fn handle(&mut self, batch: &[usize], fault: Option<Fault>) -> Result<(), UserDbError> {
        let events: Vec<_> = batch.iter().map(|message| self.read(*message)).collect();
        let posting = self.db.post(&events).await?;
        Tally::add(&self.tally.duplicates, posting.duplicates);
        Tally::add(&self.tally.pending, posting.pending.len());
        let to_tell: Vec<_> = posting.to_notify().map(|event| event.event_id.clone()).collect();
        if !to_tell.is_empty() {
            if matches!(fault, Some(Fault::NoticeRefused)) {
                Tally::add(&self.tally.notices_rejected, 1);
                return Ok(());
            }
            let in_vain = to_tell.iter().filter(|event_id| self.marked.contains(*event_id));
            self.told_in_vain.extend(in_vain.cloned());
            self.told.extend(to_tell.iter().cloned());
            self.db.mark_notified(posting.to_notify()).await?;
            self.marked.extend(to_tell);
        }
        if matches!(fault, Some(Fault::AnswerLost)) {
            Tally::add(&self.tally.answers_lost, 1);
            return Ok(());
        }
        for (message, event) in batch.iter().zip(&events) {
            if !posting.unknown_users.contains(&event.user_id) {
                self.waiting.remove(message);
            }
        }
        Ok(())
    }

    fn read(&self, message: usize) -> PointEvent {
        serde_json::from_str::<Envelope<PointEvent>>(&self.messages[message])
            .unwrap()
            .body
    }
}
