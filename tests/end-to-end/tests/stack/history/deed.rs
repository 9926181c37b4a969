//! What an organizer may do to the results of a race.

use proptest::prelude::*;
use proptest::sample::select;

/// How many bibs a history is about.
pub const BIBS: usize = 3;
/// How many runners with an account there are.
pub const RUNNERS: usize = 3;

/// Whose a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A runner without an account.
    Nobody,
    /// One of the runners.
    Runner(usize),
    /// An account that `user_db` does not know.
    Stranger,
}

/// One change of the results. Where it asks for a record that is not there, nothing happens.
#[derive(Debug, Clone, Copy)]
pub enum Deed {
    /// A record with the race's points of the moment; it takes the place of the one that the bib has.
    Enter {
        bib: usize,
        owner: Owner,
        status: &'static str,
    },
    /// Another finish time; the status stays.
    CorrectTime { bib: usize },
    /// Another ending of the run.
    CorrectStatus { bib: usize, status: &'static str },
    /// Another owner.
    Give { bib: usize, to: Owner },
    /// The record is gone.
    Delete { bib: usize },
    /// What records are worth that are entered from now on.
    Reprice { point: u32 },
}

/// Any change of the results.
pub fn deed() -> impl Strategy<Value = Deed> {
    let bib = || 0..BIBS;
    // An owner who takes part has an account, if not always a known one.
    let entrant = prop_oneof![9 => runner(), 1 => Just(Owner::Stranger)];
    prop_oneof![
        4 => (bib(), entrant, status()).prop_map(|(bib, owner, status)| Deed::Enter { bib, owner, status }),
        2 => bib().prop_map(|bib| Deed::CorrectTime { bib }),
        4 => (bib(), status()).prop_map(|(bib, status)| Deed::CorrectStatus { bib, status }),
        4 => (bib(), owner()).prop_map(|(bib, to)| Deed::Give { bib, to }),
        2 => bib().prop_map(|bib| Deed::Delete { bib }),
        1 => select(vec![0, 10, 25]).prop_map(|point| Deed::Reprice { point }),
    ]
}

fn runner() -> impl Strategy<Value = Owner> {
    (0..RUNNERS).prop_map(Owner::Runner)
}

fn owner() -> impl Strategy<Value = Owner> {
    prop_oneof![7 => runner(), 2 => Just(Owner::Nobody), 1 => Just(Owner::Stranger)]
}

fn status() -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => Just("finished"), 1 => select(vec!["dnf", "dns", "dsq"])]
}
