//! The wire to `user_db`, which loses its connection when it is told to.

use proptest::prelude::*;
use proptest::sample::select;
use sqlx::{AssertSqlSafe, MySqlPool};
use std::cell::Cell;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// About as many requests as a batch takes; more after a new connection, and a cut after so many does not happen.
const MOST_REQUESTS: usize = 14;

/// Where a connection is killed: at which request from now on, and when.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    request: usize,
    moment: Moment,
}

#[derive(Debug, Clone, Copy)]
enum Moment {
    /// The server never sees the request.
    Before,
    /// The request races with the kill.
    During,
    /// The server has done what was asked, but its answer is lost.
    After,
}

pub fn cut() -> impl Strategy<Value = Cut> {
    let moment = select(vec![Moment::Before, Moment::During, Moment::After]);
    (0..MOST_REQUESTS, moment).prop_map(|(request, moment)| Cut { request, moment })
}

/// A relay before `user_db`.
pub struct Wire {
    /// Where it listens.
    pub address: SocketAddr,
    plan: Plan,
    was_cut: Cell<bool>,
}

type Plan = Arc<Mutex<Option<Cut>>>;

impl Wire {
    /// Relays to the server at `upstream`, whose connections `control` may kill.
    pub async fn lay(upstream: (String, u16), control: MySqlPool) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let plan = Plan::default();
        let of_connections = Arc::clone(&plan);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let relay = relay(client, upstream.clone(), control.clone(), Arc::clone(&of_connections));
                // A connection that breaks is what this is for; its client sees it end.
                tokio::spawn(async move { drop(relay.await) });
            }
        });
        Ok(Self {
            address,
            plan,
            was_cut: Cell::new(false),
        })
    }

    /// Plans a cut.
    pub fn plan(&self, cut: Cut) {
        *self.plan.lock().unwrap() = Some(cut);
    }

    /// Gives up the cut that was planned, and says whether it has happened.
    pub fn has_cut(&self) -> bool {
        let has_cut = self.plan.lock().unwrap().take().is_none();
        self.was_cut.set(self.was_cut.get() || has_cut);
        has_cut
    }

    /// Whether there was a cut since the last time this was asked.
    pub fn was_cut(&self) -> bool {
        self.was_cut.replace(false)
    }
}

async fn relay(mut client: TcpStream, upstream: (String, u16), control: MySqlPool, plan: Plan) -> io::Result<()> {
    let mut server = TcpStream::connect(upstream).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut request, mut answer) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    // The greeting says how the server calls this connection.
    let length = server.read(&mut answer).await?;
    let id = thread_id(&answer[..length])?;
    client.write_all(&answer[..length]).await?;
    loop {
        tokio::select! {
            length = client.read(&mut request) => {
                let length = length?;
                if length == 0 {
                    return server.shutdown().await;
                }
                match due(&plan) {
                    None => server.write_all(&request[..length]).await?,
                    Some(Moment::Before) => {
                        kill(&control, id).await?;
                        server.write_all(&request[..length]).await?;
                    }
                    Some(Moment::During) => {
                        server.write_all(&request[..length]).await?;
                        kill(&control, id).await?;
                    }
                    Some(Moment::After) => {
                        server.write_all(&request[..length]).await?;
                        let _lost = server.read(&mut answer).await?;
                        return kill(&control, id).await;
                    }
                }
            }
            length = server.read(&mut answer) => {
                let length = length?;
                if length == 0 {
                    return client.shutdown().await;
                }
                client.write_all(&answer[..length]).await?;
            }
        }
    }
}

/// Counts a request, and says whether it is the one.
fn due(plan: &Plan) -> Option<Moment> {
    let mut plan = plan.lock().unwrap();
    let cut = plan.as_mut()?;
    if cut.request > 0 {
        cut.request -= 1;
        return None;
    }
    plan.take().map(|cut| cut.moment)
}

async fn kill(control: &MySqlPool, id: u32) -> io::Result<()> {
    let done = sqlx::raw_sql(AssertSqlSafe(format!("KILL CONNECTION {id}")))
        .execute(control)
        .await;
    match done {
        // ER_NO_SUCH_THREAD: it has gone by itself.
        Err(sqlx::Error::Database(error)) if error.message().contains("Unknown thread") => Ok(()),
        done => done.map(drop).map_err(io::Error::other),
    }
}

/// How the server calls a connection, out of its greeting: behind the version, which ends with a zero.
fn thread_id(greeting: &[u8]) -> io::Result<u32> {
    let behind_header = greeting.get(5..).ok_or(io::ErrorKind::UnexpectedEof)?;
    let zero = behind_header.iter().position(|byte| *byte == 0);
    let id = zero.and_then(|zero| behind_header.get(zero + 1..zero + 5));
    let id = id.and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    id.ok_or(io::ErrorKind::InvalidData.into())
}
