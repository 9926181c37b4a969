//! A function as Lambda runs it: a process that asks a Runtime API for its events.

use crate::Result;
use crate::http::{self, Request, Response};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

/// How long an invocation may take, far above what any does.
const PATIENCE: Duration = Duration::from_mins(2);
const NEXT: &str = "/2018-06-01/runtime/invocation/next";

/// What a function answers: its answer, or its error.
type Answer = std::result::Result<Vec<u8>, String>;

/// A process that waits for events; it ends with this.
pub struct Function {
    process: Child,
    events: Sender<Vec<u8>>,
    answers: Receiver<Answer>,
}

impl Function {
    /// Starts a function's binary with `variables` above the usual environment.
    ///
    /// # Errors
    /// When there is no such binary.
    pub fn start(binary: &Path, variables: &[(&'static str, String)]) -> Result<Self> {
        let (events, waiting) = mpsc::channel();
        let (answered, answers) = mpsc::channel();
        let waiting = Mutex::new(waiting);
        let runtime_api = http::serve(move |request| converse(&request, &waiting, &answered))?;
        let process = command(binary, &runtime_api.to_string())
            .envs(variables.iter().cloned())
            .spawn()
            .map_err(|error| format!("{}: {error}", binary.display()))?;
        Ok(Self {
            process,
            events,
            answers,
        })
    }

    /// Hands the function an event and waits for its answer.
    ///
    /// # Errors
    /// When the function fails, or is gone.
    pub fn invoke(&mut self, event: Vec<u8>) -> Result<Vec<u8>> {
        self.events.send(event)?;
        Ok(self.answers.recv_timeout(PATIENCE)??)
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        // It may be gone already, and then nothing is left to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The Runtime API: an event for who asks for the next, and its answer.
fn converse(request: &Request, events: &Mutex<Receiver<Vec<u8>>>, answers: &Sender<Answer>) -> Option<Response> {
    if request.method == "GET" && request.path == NEXT {
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
    let body = request.body.clone();
    let answer = if request.path.ends_with("/response") {
        Ok(body)
    } else {
        Err(String::from_utf8_lossy(&body).into_owned())
    };
    answers.send(answer).ok()?;
    Some(Response {
        status: "202 Accepted",
        headers: Vec::new(),
        body: Vec::new(),
    })
}

/// The command that starts a function with what Lambda would hand any of them. Nothing is at the addresses in it, for no
/// function connects before its first event.
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
        ("TOKEN_SECRET", &secret),
        ("CURSOR_SECRET", &secret),
    ]);
    // What it says about being ended is no news.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
