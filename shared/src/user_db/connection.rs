//! Connecting to `user_db`, which may be paused or restarting.

use super::{UserDb, UserDbError};
use sqlx::MySql;
use sqlx::mysql::MySqlDatabaseError;
use sqlx::pool::PoolConnection;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// How long one attempt to connect may take. Connections to a paused Aurora database are held until it has resumed, but
/// one that is lost meanwhile would never be answered.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(5);
/// The delay after the first failed attempt. It doubles with each further one.
const FIRST_DELAY: Duration = Duration::from_millis(100);
const MAX_DELAY: Duration = Duration::from_secs(1);
/// `ER_CON_COUNT_ERROR`, `ER_SERVER_SHUTDOWN` and `ER_SERVER_OFFLINE_MODE`: the server is there, but accepts no connection
/// now.
const NOT_ACCEPTING: [u16; 3] = [1040, 1053, 3032];

/// How long to wait for a connection, by who waits. An Aurora database that is paused resumes at the first attempt to
/// connect, which takes 15 to 30 seconds, and seldom longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectWait {
    /// A person waits for the answer of a route: better an early answer that says when to try again.
    Person,
    /// Messages of a queue. If the wait ends too early, they are delivered again only after the visibility timeout.
    Queue,
    /// A job or a migration, which nobody repeats before the next day or deployment.
    Job,
}

impl ConnectWait {
    /// The longest wait.
    #[must_use]
    pub const fn limit(self) -> Duration {
        match self {
            // A new connection to a server that is awake takes less than half a second.
            Self::Person => Duration::from_secs(4),
            // The rest of the timeout of point-increase, 45 s, is for statements and notifications.
            Self::Queue => Duration::from_secs(35),
            // A tenth of the timeout of the audit and of migrations.
            Self::Job => Duration::from_secs(90),
        }
    }

    /// The limit of an attempt.
    pub(super) fn attempt_limit(self) -> Duration {
        self.limit().min(ATTEMPT_LIMIT)
    }
}

impl UserDb {
    /// The connection, for one statement or transaction. If it has to be opened and the server cannot be reached, tries
    /// again until the limit. Statements are not repeated here, so none is executed twice.
    pub(super) async fn connection(&self) -> Result<PoolConnection<MySql>, UserDbError> {
        let started = Instant::now();
        let deadline = started + self.wait.limit();
        let mut delay = FIRST_DELAY;
        loop {
            let attempt = timeout_at(deadline, self.pool.acquire()).await;
            let error = match attempt.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
                Ok(connection) => return Ok(connection),
                Err(error) if is_unreachable(&error) => error,
                Err(error) => return Err(error.into()),
            };
            if Instant::now() + delay >= deadline {
                return Err(UserDbError::Unreachable(error));
            }
            if delay == FIRST_DELAY {
                tracing::warn!(%error, "waiting for user_db");
            }
            sleep(delay).await;
            delay = (delay * 2).min(MAX_DELAY);
        }
    }
}

/// Whether the server cannot be reached, or accepts no connection, for the moment. A wrong password is no such error.
fn is_unreachable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(error) => error
            .try_downcast_ref::<MySqlDatabaseError>()
            .is_some_and(|error| NOT_ACCEPTING.contains(&error.number())),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpSocket, TcpStream};

    /// What a server does with a connection.
    #[derive(Debug, Clone, Copy)]
    enum Server {
        /// Accepts it and sends nothing.
        Silent,
        /// Accepts it and closes it.
        Closing,
        /// Sends an error instead of a greeting.
        Rejecting(u16),
        /// Speaks MySQL, and answers every statement with `OK`.
        Awake,
    }
    use Server::{Awake, Closing, Rejecting, Silent};

    /// Starts a server that does this with one connection after the other, and the last with all that follow. Returns its
    /// port and the number of its connections.
    async fn start(steps: Vec<Server>) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let step = steps[count.fetch_add(1, Ordering::Relaxed).min(steps.len() - 1)];
                tokio::spawn(serve(client, step));
            }
        });
        (port, connections)
    }

    async fn serve(mut client: TcpStream, server: Server) {
        match server {
            Silent => drop(client.read(&mut [0]).await),
            Closing => {}
            Rejecting(number) => {
                let [low, high] = number.to_le_bytes();
                let packet = [&[0xff, low, high], b"#08004not now".as_slice()].concat();
                send(&mut client, 0, &packet).await;
            }
            Awake => {
                // Protocol version, server version, id of the connection, eight bytes of the challenge, capabilities
                // (PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH), character set, status, length and rest of the
                // challenge, plugin.
                let mut greeting = b"\x0a8.4.0\0".to_vec();
                greeting.extend([1, 0, 0, 0]);
                greeting.extend(b"12345678\0");
                greeting.extend([0x00, 0x82, 45, 2, 0, 0x08, 0x00, 21]);
                greeting.extend([0; 10]);
                greeting.extend(b"123456789012\0mysql_native_password\0");
                send(&mut client, 0, &greeting).await;
                let mut header = [0; 4];
                while client.read_exact(&mut header).await.is_ok() {
                    let length = u32::from_le_bytes([header[0], header[1], header[2], 0]);
                    client.read_exact(&mut vec![0; length as usize]).await.unwrap();
                    // No rows affected, no id, autocommit, no warnings.
                    send(&mut client, header[3] + 1, &[0, 0, 0, 2, 0, 0, 0]).await;
                }
            }
        }
    }

    async fn send(client: &mut TcpStream, sequence: u8, payload: &[u8]) {
        let length = u8::try_from(payload.len()).unwrap();
        let packet = [&[length, 0, 0, sequence], payload].concat();
        // The client may have gone.
        let _ = client.write_all(&packet).await;
    }

    fn user_db(port: u16, wait: ConnectWait) -> UserDb {
        let options = MySqlConnectOptions::new().host("127.0.0.1").port(port);
        UserDb::new(
            options.username("u").password("p").ssl_mode(MySqlSslMode::Disabled),
            wait,
        )
    }

    /// With a paused clock, waiting takes no time in the test.
    #[tokio::test(start_paused = true)]
    async fn queues_and_jobs_wait_until_the_server_accepts_connections() {
        for wait in [ConnectWait::Queue, ConnectWait::Job] {
            let steps = vec![
                Silent,
                Closing,
                Rejecting(1040),
                Rejecting(1053),
                Silent,
                Silent,
                Silent,
                Awake,
            ];
            let awake_at = steps.len();
            let (port, connections) = start(steps).await;
            let started = Instant::now();
            user_db(port, wait).connection().await.unwrap();
            let waited = started.elapsed();
            assert_eq!(connections.load(Ordering::Relaxed), awake_at);
            assert!(waited > Duration::from_secs(20) && waited < wait.limit(), "{waited:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_for_a_port_that_is_closed_at_first() {
        let (port, _) = start(vec![Awake]).await;
        // Connections to a socket that is bound but does not listen are refused.
        let closed = TcpSocket::new_v4().unwrap();
        closed.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let db = user_db(closed.local_addr().unwrap().port(), ConnectWait::Queue);
        let opening = async {
            sleep(Duration::from_secs(20)).await;
            let listener = closed.listen(1).unwrap();
            let (mut client, _) = listener.accept().await.unwrap();
            let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            tokio::io::copy_bidirectional(&mut client, &mut server).await
        };
        let connection = tokio::select! {
            connection = db.connection() => connection,
            ended = opening => panic!("{ended:?}"),
        };
        connection.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn gives_up_early_if_a_person_waits() {
        for step in [Silent, Closing, Rejecting(1040)] {
            let (port, _) = start(vec![step]).await;
            let started = Instant::now();
            let error = user_db(port, ConnectWait::Person).connection().await.unwrap_err();
            assert!(started.elapsed() <= ConnectWait::Person.limit(), "{step:?}");
            assert!(matches!(error, UserDbError::Unreachable(_)), "{error}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn gives_up_at_the_limit() {
        let (port, _) = start(vec![Silent]).await;
        let started = Instant::now();
        let error = user_db(port, ConnectWait::Queue).connection().await.unwrap_err();
        assert!(matches!(error, UserDbError::Unreachable(_)), "{error}");
        let waited = started.elapsed();
        let least = ConnectWait::Queue.limit().checked_sub(MAX_DELAY).unwrap();
        assert!(waited >= least && waited <= ConnectWait::Queue.limit(), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn does_not_wait_for_a_rejected_password() {
        let (port, connections) = start(vec![Rejecting(1045)]).await;
        let error = user_db(port, ConnectWait::Job).connection().await.unwrap_err();
        assert!(matches!(error, UserDbError::Database(_)), "{error}");
        assert_eq!(connections.load(Ordering::Relaxed), 1);
    }
}
