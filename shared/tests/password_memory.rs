//! A function hashes one password after another for as long as it lives; in a process of its own, to be measured.

use shared::auth::password::{hash, verify};
use shared::domain::password::Password;

/// What the process has in memory, in KiB.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[test]
fn many_passwords_take_the_memory_of_one() {
    let password = || Password::try_from("correct horse".to_owned()).unwrap();
    let stored = hash(&password()).unwrap();
    let before = resident().unwrap();
    for _ in 0..10 {
        hash(&password()).unwrap();
        assert!(verify("correct horse", Some(&stored)).unwrap());
    }
    let grown = resident().unwrap().saturating_sub(before);
    assert!(grown < 10 * 1024, "{grown} KiB more than after the first");
}
