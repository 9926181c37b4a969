//! Counts of what the histories covered. They show whether the faults really happened.

use std::cell::Cell;
use std::fmt;

#[derive(Debug, Default)]
pub struct Stats {
    pub histories: Cell<usize>,
    pub records: Cell<usize>,
    pub messages: Cell<usize>,
    pub deliveries: Cell<usize>,
    pub duplicates: Cell<usize>,
    pub lost_responses: Cell<usize>,
    pub failed_notifications: Cell<usize>,
    pub pending: Cell<usize>,
    pub killed_connections: Cell<usize>,
    pub failed_batches: Cell<usize>,
}

impl Stats {
    pub fn add(counter: &Cell<usize>, count: usize) {
        counter.set(counter.get() + count);
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} histories: {} stream records, {} messages, {} deliveries with {} duplicates; {} lost responses, \
             {} failed notifications, {} events notified later, {} killed connections, {} batches failed after one",
            self.histories.get(),
            self.records.get(),
            self.messages.get(),
            self.deliveries.get(),
            self.duplicates.get(),
            self.lost_responses.get(),
            self.failed_notifications.get(),
            self.pending.get(),
            self.killed_connections.get(),
            self.failed_batches.get(),
        )
    }
}
