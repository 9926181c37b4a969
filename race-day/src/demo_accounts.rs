//! The demo accounts that a local stack offers to people who try it.
//!
//! Their passwords are public, so they must only exist on a local stack.

use crate::account::Credentials;
use serde_json::json;
use std::path::Path;

pub fn organizer() -> Credentials {
    credentials("organizer")
}

pub fn runner() -> Credentials {
    credentials("runner")
}

fn credentials(role: &str) -> Credentials {
    Credentials {
        login_id: format!("{role}@demo.mrmrthon"),
        password: format!("demo-{role}"),
    }
}

/// Writes the credentials as JSON, by role.
pub fn write(file: &Path) -> std::io::Result<()> {
    let as_json = |Credentials { login_id, password }| json!({ "login_id": login_id, "password": password });
    let accounts = json!({ "organizer": as_json(organizer()), "runner": as_json(runner()) });
    std::fs::write(file, format!("{accounts:#}\n"))
}
