//! A TCP proxy in front of `user_db` that kills connections on request.

use proptest::prelude::*;
use proptest::sample::select;
use sqlx::{AssertSqlSafe, MySqlPool};
use std::cell::Cell;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// About the number of requests of a batch. A new connection needs more; a batch with fewer is not cut.
const MAX_REQUESTS: usize = 14;

/// When to kill the connection.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// The number of requests to let pass.
    request: usize,
    timing: Timing,
}

#[derive(Debug, Clone, Copy)]
enum Timing {
    /// Before the request reaches the server.
    Before,
    /// Concurrently with the request.
    During,
    /// After the request is executed; the response is lost.
    After,
}

pub fn cut() -> impl Strategy<Value = Cut> {
    let timing = select(vec![Timing::Before, Timing::During, Timing::After]);
    (0..MAX_REQUESTS, timing).prop_map(|(request, timing)| Cut { request, timing })
}

pub struct FaultyTransport {
    /// The address it listens on.
    pub address: SocketAddr,
    scheduled: ScheduledCut,
    was_cut: Cell<bool>,
}

type ScheduledCut = Arc<Mutex<Option<Cut>>>;

impl FaultyTransport {
    /// Starts a proxy for the server at `upstream`. `control` kills its connections.
    pub async fn start(upstream: (String, u16), control: MySqlPool) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let scheduled = ScheduledCut::default();
        let for_connections = Arc::clone(&scheduled);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let proxy = proxy(client, upstream.clone(), control.clone(), Arc::clone(&for_connections));
                // Errors of killed connections are expected; the client sees the connection close.
                tokio::spawn(async move { drop(proxy.await) });
            }
        });
        Ok(Self {
            address,
            scheduled,
            was_cut: Cell::new(false),
        })
    }

    pub fn schedule(&self, cut: Cut) {
        *self.scheduled.lock().unwrap() = Some(cut);
    }

    /// Cancels the scheduled cut; returns whether it has already happened.
    pub fn finish_cut(&self) -> bool {
        let has_happened = self.scheduled.lock().unwrap().take().is_none();
        self.was_cut.set(self.was_cut.get() || has_happened);
        has_happened
    }

    /// Whether a connection was cut since the last call.
    pub fn take_was_cut(&self) -> bool {
        self.was_cut.replace(false)
    }
}

async fn proxy(
    mut client: TcpStream,
    upstream: (String, u16),
    control: MySqlPool,
    scheduled: ScheduledCut,
) -> io::Result<()> {
    let mut server = TcpStream::connect(upstream).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut request, mut response) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    // The greeting contains the id of this connection.
    let length = server.read(&mut response).await?;
    let id = connection_id(&response[..length])?;
    client.write_all(&response[..length]).await?;
    loop {
        tokio::select! {
            length = client.read(&mut request) => {
                let length = length?;
                if length == 0 {
                    return server.shutdown().await;
                }
                match due_cut(&scheduled) {
                    None => server.write_all(&request[..length]).await?,
                    Some(Timing::Before) => {
                        kill(&control, id).await?;
                        server.write_all(&request[..length]).await?;
                    }
                    Some(Timing::During) => {
                        server.write_all(&request[..length]).await?;
                        kill(&control, id).await?;
                    }
                    Some(Timing::After) => {
                        server.write_all(&request[..length]).await?;
                        let _lost = server.read(&mut response).await?;
                        return kill(&control, id).await;
                    }
                }
            }
            length = server.read(&mut response) => {
                let length = length?;
                if length == 0 {
                    return client.shutdown().await;
                }
                client.write_all(&response[..length]).await?;
            }
        }
    }
}

/// Counts a request; returns the timing if it is the request to cut.
fn due_cut(scheduled: &ScheduledCut) -> Option<Timing> {
    let mut scheduled = scheduled.lock().unwrap();
    let cut = scheduled.as_mut()?;
    if cut.request > 0 {
        cut.request -= 1;
        return None;
    }
    scheduled.take().map(|cut| cut.timing)
}

async fn kill(control: &MySqlPool, id: u32) -> io::Result<()> {
    let result = sqlx::raw_sql(AssertSqlSafe(format!("KILL CONNECTION {id}")))
        .execute(control)
        .await;
    match result {
        // ER_NO_SUCH_THREAD: it is already closed.
        Err(sqlx::Error::Database(error)) if error.message().contains("Unknown thread") => Ok(()),
        result => result.map(drop).map_err(io::Error::other),
    }
}

/// The connection id in a greeting of the MySQL protocol (`HandshakeV10`): the four bytes after the zero-terminated
/// server version.
fn connection_id(greeting: &[u8]) -> io::Result<u32> {
    let version = greeting.get(5..).ok_or(io::ErrorKind::UnexpectedEof)?;
    let zero = version.iter().position(|byte| *byte == 0);
    let id = zero.and_then(|zero| version.get(zero + 1..zero + 5));
    let id = id.and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    id.ok_or(io::ErrorKind::InvalidData.into())
}
