//! As much of an HTTP/1.1 server as a function's clients need: bodies with a length, connections that stay open.

use crate::Result;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// What a client asks for.
pub struct Request {
    pub method: String,
    pub path: String,
    pub body: Vec<u8>,
}

/// What it is told.
pub struct Response {
    /// As in `200 OK`.
    pub status: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// Serves on a port of this machine's own for as long as the process lives, each connection on a thread of its own.
/// When `answer` has none, the connection is closed.
pub fn serve(answer: impl Fn(Request) -> Option<Response> + Send + Sync + 'static) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // A client that goes away is no failure of the server.
            thread::spawn(move || converse(&connection, answer.as_ref()).ok());
        }
    });
    Ok(address)
}

fn converse(connection: &TcpStream, answer: &impl Fn(Request) -> Option<Response>) -> Result<()> {
    // One write for each answer, sent at once: a held-back packet would cost 40 ms.
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection);
    while let Some(request) = read(&mut reader)? {
        let Some(response) = answer(request) else { break };
        let mut text = format!(
            "HTTP/1.1 {}\r\ncontent-length: {}\r\n",
            response.status,
            response.body.len()
        );
        for (name, value) in &response.headers {
            text.extend([*name, ": ", value, "\r\n"]);
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend(response.body);
        (&mut &*connection).write_all(&bytes)?;
    }
    Ok(())
}

/// The next request; none when the client has closed the connection.
fn read(reader: &mut impl BufRead) -> Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ');
    let (method, path) = words.next().zip(words.next()).ok_or("not a request line")?;
    let (method, path) = (method.to_owned(), path.to_owned());
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse()?;
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            return Err("a body without a length is not read".into());
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Request { method, path, body }))
}
