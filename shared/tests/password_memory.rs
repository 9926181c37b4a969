//! Hashing many passwords does not grow the process. A test binary of its own, so that nothing else allocates.

use shared::auth::password::{hash, verify};
use shared::domain::password::Password;

/// The resident memory of the process, in KiB.
fn resident_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[test]
fn hashing_reuses_its_memory() {
    let password = || Password::try_from("correct horse".to_owned()).unwrap();
    let stored = hash(&password()).unwrap();
    let before = resident_kib().unwrap();
    for _ in 0..10 {
        hash(&password()).unwrap();
        assert!(verify("correct horse", Some(&stored)).unwrap());
    }
    let grown = resident_kib().unwrap().saturating_sub(before);
    assert!(grown < 10 * 1024, "grew by {grown} KiB");
}
