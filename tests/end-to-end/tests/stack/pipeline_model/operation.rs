//! What an organizer can do to the results of a race.

use proptest::prelude::*;
use proptest::sample::select;

/// The number of bibs in a history.
pub const BIBS: usize = 3;
/// The number of runners with an account.
pub const RUNNERS: usize = 3;

/// The owner of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A runner without an account.
    NoAccount,
    /// One of the [`RUNNERS`].
    Runner(usize),
    /// An account that `user_db` does not have.
    UnknownUser,
}

/// A change of the results. Does nothing if its record does not exist.
#[derive(Debug, Clone, Copy)]
pub enum Operation {
    /// Enters a record with the current points of the race, and replaces the bib's record if there is one.
    Enter {
        bib: usize,
        owner: Owner,
        status: &'static str,
    },
    /// Changes the finish time, but not the status.
    CorrectTime {
        bib: usize,
    },
    CorrectStatus {
        bib: usize,
        status: &'static str,
    },
    ChangeOwner {
        bib: usize,
        owner: Owner,
    },
    Delete {
        bib: usize,
    },
    /// Changes the points of records that are entered later.
    ChangePoint {
        point: u32,
    },
}

pub fn operation() -> impl Strategy<Value = Operation> {
    let bib = || 0..BIBS;
    // A record is entered for a player, who always has a user_id.
    let player = prop_oneof![9 => runner(), 1 => Just(Owner::UnknownUser)];
    prop_oneof![
        4 => (bib(), player, status()).prop_map(|(bib, owner, status)| Operation::Enter { bib, owner, status }),
        2 => bib().prop_map(|bib| Operation::CorrectTime { bib }),
        4 => (bib(), status()).prop_map(|(bib, status)| Operation::CorrectStatus { bib, status }),
        4 => (bib(), owner()).prop_map(|(bib, owner)| Operation::ChangeOwner { bib, owner }),
        2 => bib().prop_map(|bib| Operation::Delete { bib }),
        1 => select(vec![0, 10, 25]).prop_map(|point| Operation::ChangePoint { point }),
    ]
}

fn runner() -> impl Strategy<Value = Owner> {
    (0..RUNNERS).prop_map(Owner::Runner)
}

fn owner() -> impl Strategy<Value = Owner> {
    prop_oneof![7 => runner(), 2 => Just(Owner::NoAccount), 1 => Just(Owner::UnknownUser)]
}

fn status() -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => Just("finished"), 1 => select(vec!["dnf", "dns", "dsq"])]
}
