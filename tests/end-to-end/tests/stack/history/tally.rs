//! How much of everything there was, so that a law which holds because nothing happens is noticed.

use std::cell::Cell;
use std::fmt;

#[derive(Debug, Default)]
pub struct Tally {
    pub histories: Cell<usize>,
    pub records: Cell<usize>,
    pub messages: Cell<usize>,
    pub deliveries: Cell<usize>,
    pub duplicates: Cell<usize>,
    pub answers_lost: Cell<usize>,
    pub notices_rejected: Cell<usize>,
    pub pending: Cell<usize>,
    pub cuts: Cell<usize>,
    pub failed_after_cut: Cell<usize>,
}

impl Tally {
    pub fn add(count: &Cell<usize>, more: usize) {
        count.set(count.get() + more);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} histories: {} stream records, {} messages, {} deliveries, {} of them in the ledger before; \
             {} answers lost, {} notices rejected and {} events told late, \
             {} connections killed and {} batches failed for it",
            self.histories.get(),
            self.records.get(),
            self.messages.get(),
            self.deliveries.get(),
            self.duplicates.get(),
            self.answers_lost.get(),
            self.notices_rejected.get(),
            self.pending.get(),
            self.cuts.get(),
            self.failed_after_cut.get(),
        )
    }
}
