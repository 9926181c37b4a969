//! Runs a function's binary as Lambda does: a process that gets its events from a Runtime API.

use crate::Result;
use crate::http_server::{self, Request, Response};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

/// The Runtime API's path for the next event. A function's first request to it ends its init phase.
pub const NEXT_PATH: &str = "/2018-06-01/runtime/invocation/next";

/// Far longer than any invocation takes.
const INVOKE_TIMEOUT: Duration = Duration::from_mins(2);

/// A function's response, or the body of its error.
type InvocationResult = std::result::Result<Vec<u8>, String>;

/// A process that is killed when this is dropped.
pub struct FunctionProcess {
    process: Child,
    events: Sender<Vec<u8>>,
    results: Receiver<InvocationResult>,
}

impl FunctionProcess {
    /// Starts a binary with `variables` in addition to those of [`command`].
    pub fn start(binary: &Path, variables: &[(&'static str, String)]) -> Result<Self> {
        let (events, event_receiver) = mpsc::channel();
        let (result_sender, results) = mpsc::channel();
        let event_receiver = Mutex::new(event_receiver);
        let runtime_api =
            http_server::start(move |request| handle_runtime_api(request, &event_receiver, &result_sender))?;
        let process = command(binary, &runtime_api.to_string())
            .envs(variables.iter().cloned())
            .spawn()
            .map_err(|error| format!("{}: {error}", binary.display()))?;
        Ok(Self {
            process,
            events,
            results,
        })
    }

    /// Sends an event and returns the function's response.
    pub fn invoke(&mut self, event: Vec<u8>) -> Result<Vec<u8>> {
        self.events.send(event)?;
        Ok(self.results.recv_timeout(INVOKE_TIMEOUT)??)
    }
}

impl Drop for FunctionProcess {
    fn drop(&mut self) {
        // Fails if the process has exited already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Answers requests of the Runtime API: the next event, an invocation's response, an invocation's error.
fn handle_runtime_api(
    request: Request,
    events: &Mutex<Receiver<Vec<u8>>>,
    results: &Sender<InvocationResult>,
) -> Option<Response> {
    if request.method == "GET" && request.path == NEXT_PATH {
        let event = events.lock().ok()?.recv().ok()?;
        let headers = [
            ("content-type", "application/json"),
            ("lambda-runtime-aws-request-id", "00000000-0000-0000-0000-000000000001"),
            ("lambda-runtime-deadline-ms", "4102444800000"),
            (
                "lambda-runtime-invoked-function-arn",
                "arn:aws:lambda:us-east-1:000000000000:function:bench",
            ),
        ];
        return Some(Response {
            status: "200 OK",
            headers: headers.map(|(name, value)| (name, value.to_owned())).into(),
            body: event,
        });
    }
    let result = if request.path.ends_with("/response") {
        Ok(request.body)
    } else {
        Err(String::from_utf8_lossy(&request.body).into_owned())
    };
    results.send(result).ok()?;
    Some(Response {
        status: "202 Accepted",
        headers: Vec::new(),
        body: Vec::new(),
    })
}

/// The command that starts a function, with every variable that any function needs. Nothing listens on the addresses,
/// because no function connects before its first event.
#[must_use]
pub fn command(binary: &Path, runtime_api: &str) -> Command {
    let secret = "s".repeat(64);
    let mut command = Command::new(binary);
    command.env_clear().envs([
        ("AWS_LAMBDA_RUNTIME_API", runtime_api),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "bench"),
        ("AWS_SECRET_ACCESS_KEY", "bench"),
        ("TABLE_PREFIX", "bench"),
        ("TOPIC_ARN", "arn:aws:sns:us-east-1:000000000000:bench"),
        ("USER_DB_URL", "mysql://bench:bench@127.0.0.1:9/user_db"),
        ("DISCORD_WEBHOOKS", "https://127.0.0.1:9/"),
        ("TOKEN_SECRETS", &secret),
        ("CURSOR_SECRET", &secret),
    ]);
    // Functions log that the Runtime API is gone when a benchmark ends.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
