//! A minimal HTTP/1.1 server: bodies need a `Content-Length`, connections are kept alive.

use crate::Result;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

pub struct Request {
    pub method: String,
    pub path: String,
    pub body: Vec<u8>,
}

pub struct Response {
    /// Code and reason, like `200 OK`.
    pub status: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// Starts a server on a free local port, with one thread for each connection. It runs until the process exits. If
/// `handle` returns `None`, the connection is closed.
pub fn start(handle: impl Fn(Request) -> Option<Response> + Send + Sync + 'static) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let handle = Arc::new(handle);
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let handle = Arc::clone(&handle);
            // Errors mean that the client disconnected.
            thread::spawn(move || serve_connection(&connection, handle.as_ref()).ok());
        }
    });
    Ok(address)
}

fn serve_connection(connection: &TcpStream, handle: &impl Fn(Request) -> Option<Response>) -> Result<()> {
    // Nagle's algorithm with delayed ACKs would add 40 ms to a response.
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection);
    while let Some(request) = read_request(&mut reader)? {
        let Some(response) = handle(request) else { break };
        let mut head = format!(
            "HTTP/1.1 {}\r\ncontent-length: {}\r\n",
            response.status,
            response.body.len()
        );
        for (name, value) in &response.headers {
            head.extend([*name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend(response.body);
        (&mut &*connection).write_all(&bytes)?;
    }
    Ok(())
}

/// The next request, or `None` if the client has closed the connection.
fn read_request(reader: &mut impl BufRead) -> Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut parts = line.split(' ');
    let (method, path) = parts.next().zip(parts.next()).ok_or("invalid request line")?;
    let (method, path) = (method.to_owned(), path.to_owned());
    let mut content_length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            content_length = value.trim().parse()?;
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            return Err("Transfer-Encoding is not supported".into());
        }
    }
    let mut body = vec![0; content_length];
    reader.read_exact(&mut body)?;
    Ok(Some(Request { method, path, body }))
}
