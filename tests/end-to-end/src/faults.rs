//! Faults that tests inject: `user_db` outages, errors of Discord, killed processes.

use crate::stack::{Stack, client};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

impl Stack {
    /// Stops `user_db` for this long, checks meanwhile that its port rejects connections, and starts it again. Returns
    /// the number of rejected connections.
    pub async fn stop_user_db_for(&self, duration: Duration) -> usize {
        self.control_user_db("stop").await;
        let stopped = Instant::now();
        let mut ticker = tokio::time::interval(Duration::from_millis(100));
        let mut rejected = 0;
        while stopped.elapsed() < duration {
            ticker.tick().await;
            TcpStream::connect(self.user_db_address()).expect_err("user_db accepts connections");
            rejected += 1;
        }
        self.control_user_db("start").await;
        rejected
    }

    /// Makes Discord fail; see [`discord_fault`].
    pub async fn add_discord_fault(&self, fault: &Value) {
        let url = format!("{}/faults", self.discord);
        let response = client().put(url).json(fault).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NO_CONTENT, "{fault}");
    }

    /// All faults that were added, each with the number of times it was `served`.
    pub async fn discord_faults(&self) -> Vec<Value> {
        let url = format!("{}/faults", self.discord);
        client().get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn control_user_db(&self, action: &str) {
        let control = self.control.as_ref();
        let control = control.expect("services can be stopped only in the instance of `make test`");
        let url = format!("{control}/user_db/{action}");
        let response = client().post(url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NO_CONTENT, "{action}");
    }

    /// Host and port of `user_db`.
    fn user_db_address(&self) -> &str {
        let (_, after) = self.user_db.split_once('@').unwrap();
        after.split('/').next().unwrap()
    }
}

#[derive(Debug, Clone)]
pub struct Process {
    pub id: u32,
    pub program: PathBuf,
}

impl Process {
    /// The process with a TCP connection from this local port, found in `/proc` (Linux).
    #[must_use]
    pub fn of_local_port(port: u16) -> Option<Self> {
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let end = format!(":{port:04X}");
        let connection = table.lines().map(str::split_whitespace).find_map(|mut columns| {
            let address = columns.nth(1)?;
            address.ends_with(&end).then(|| columns.nth(7))?
        })?;
        let socket = PathBuf::from(format!("socket:[{connection}]"));
        let ids = std::fs::read_dir("/proc").unwrap().flatten();
        let mut ids = ids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let id = ids.find(|id| has_open(*id, &socket))?;
        let program = std::fs::read_link(format!("/proc/{id}/exe")).ok()?;
        Some(Self { id, program })
    }

    /// Sends SIGKILL.
    pub fn kill(&self) {
        let killed = Command::new("kill")
            .args(["-KILL", &self.id.to_string()])
            .status()
            .unwrap();
        assert!(killed.success(), "{self:?}");
    }

    #[must_use]
    pub fn exists(&self) -> bool {
        Path::new(&format!("/proc/{}", self.id)).exists()
    }
}

fn has_open(process: u32, file: &Path) -> bool {
    let Ok(open) = std::fs::read_dir(format!("/proc/{process}/fd")) else {
        return false;
    };
    open.flatten()
        .any(|entry| std::fs::read_link(entry.path()).is_ok_and(|target| target == file))
}

/// Discord responds with `status` to the next `count` messages that contain a text.
#[must_use]
pub fn discord_fault(status: u16, count: u32, contains: &str) -> Value {
    json!({"status": status, "count": count, "contains": contains})
}
