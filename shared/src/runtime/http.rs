//! Functions that answer API requests.

use super::api_event::ApiEvent;
use super::{boxed, start};
use crate::config::FromEnv;
use crate::http::{Problem, Request, Response, compressed};
use lambda_http::http::HeaderValue;
use lambda_http::http::header::CACHE_CONTROL;
use lambda_http::{Adapter, RequestExt, Service, service_fn};
use lambda_runtime::{Error, LambdaEvent};
use serde::Serialize;
use std::convert::Infallible;
use std::future::Future;
use std::time::Instant;
use time::OffsetDateTime;
use tracing::{Instrument, info_span};

pub async fn http<S, H, F>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    H: Fn(&'static S, Request) -> F + Send + Sync,
    F: Future<Output = Result<Response, Problem>> + Send,
{
    let state = start::<S>()?;
    let handle = &handle;
    lambda_runtime::run(service_fn(move |event| answer_event(state, handle, event))).await
}

/// Answers an event. It cannot fail: an error would be a function error, which API Gateway answers with a 500 of its own.
fn answer_event<S, H, F>(
    state: &'static S,
    handle: &H,
    event: LambdaEvent<ApiEvent>,
) -> impl Future<Output = Result<impl Serialize, Infallible>> + Send
where
    S: Send + Sync + 'static,
    H: Fn(&'static S, Request) -> F + Send + Sync,
    F: Future<Output = Result<Response, Problem>> + Send,
{
    let (event, context) = event.into_parts();
    let (request, mut problem) = event.into_request();
    let mut adapter = Adapter::from(service_fn(move |request| {
        let problem = problem.take();
        async move { Ok(answer(state, handle, request, problem).await) }
    }));
    adapter.call(LambdaEvent::new(request, context))
}

/// The response to a request: the handler's, or `problem` if the request could not be read.
async fn answer<S, H, F>(
    state: &'static S,
    handle: &H,
    request: lambda_http::Request,
    problem: Option<Problem>,
) -> Response
where
    H: Fn(&'static S, Request) -> F,
    F: Future<Output = Result<Response, Problem>> + Send,
{
    let request_id = request.lambda_context().request_id;
    let span = info_span!("request", request_id);
    async move {
        let started = Instant::now();
        let request = Request::new(request, OffsetDateTime::now_utc());
        let (method, language) = (request.method().clone(), request.language());
        let accept_encoding = request.accept_encoding().to_owned();
        let result = match problem {
            Some(problem) => Err(problem),
            None => boxed(handle(state, request)).await,
        };
        let mut response = match result {
            Ok(response) => response,
            Err(problem) => {
                log(&problem);
                problem.respond(language)
            }
        };
        // Responses are not cached unless the handler allows it.
        let no_store = HeaderValue::from_static("no-store");
        response.headers_mut().entry(CACHE_CONTROL).or_insert(no_store);
        if let Ok(request_id) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert("x-request-id", request_id);
        }
        tracing::info!(
            method = method.as_str(),
            status = response.status().as_u16(),
            duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
        compressed(response, &accept_encoding)
    }
    .instrument(span)
    .await
}

/// Logs internal errors, and stores that cannot be reached, with their chain of causes; invalid requests at the debug
/// level.
fn log(problem: &Problem) {
    match problem {
        Problem::Internal(cause) | Problem::Unavailable { cause, .. } => {
            let mut causes = vec![cause.to_string()];
            let mut source = cause.source();
            while let Some(error) = source {
                causes.push(error.to_string());
                source = error.source();
            }
            tracing::error!(cause = causes.join(": "), "request failed");
        }
        Problem::Busy => tracing::warn!("too busy"),
        other => tracing::debug!(problem = %other, "request rejected"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::mutation::mutated;
    use super::*;
    use crate::auth::token::TokenVerifier;
    use crate::domain::bib::Bib;
    use crate::domain::id::{MarathonId, UserId};
    use crate::domain::official_record::OfficialRecordInput;
    use crate::http::cursor::Cursors;
    use crate::http::{Credentials, respond};
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use futures_util::FutureExt;
    use lambda_runtime::Context;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};
    use std::path::Path;
    use std::sync::LazyLock;

    struct State {
        tokens: TokenVerifier,
        cursors: Cursors,
    }

    static STATE: LazyLock<State> = LazyLock::new(|| State {
        tokens: TokenVerifier::new(&[[1; 64]]),
        cursors: Cursors::new(b"secret"),
    });

    /// Reads everything that handlers read. Answers query and body, or with the header `x-problem` the problem of that
    /// number.
    async fn read_everything(state: &'static State, request: Request) -> Result<Response, Problem> {
        let query = request.filters::<Map<String, Value>>()?;
        let body = request.body_or_default::<Map<String, Value>>()?;
        let problems = [
            request.path::<MarathonId>("marathon_id").err(),
            request.path::<Bib>("bib").err(),
            request.path::<UserId>("user_id").err(),
            request.path_user(None).err(),
            request.body::<OfficialRecordInput>().err(),
            request.reject_filters().err(),
            request.page::<Value>(&state.cursors, "list").err(),
            request.if_match(1).err(),
            request.required_header("idempotency-key").err(),
            request.optional_caller(&state.tokens).err(),
            request.organizer(&state.tokens).err(),
            Credentials::from_request(&request).err(),
        ];
        let chosen = request
            .required_header("x-problem")
            .ok()
            .and_then(|number| number.parse().ok());
        match problems.into_iter().nth(chosen.unwrap_or(usize::MAX)).flatten() {
            Some(problem) => Err(problem),
            None => Ok(respond::ok(&json!({"query": query, "body": body}))),
        }
    }

    /// The response to an event, as API Gateway gets it.
    fn respond_to(event: &str) -> Value {
        let mut context = Context::default();
        context.request_id = "7f2c".to_owned();
        let event = LambdaEvent::new(serde_json::from_str(event).unwrap(), context);
        let Ok(response) = answer_event(&*STATE, &read_everything, event).now_or_never().unwrap();
        serde_json::to_value(response).unwrap()
    }

    /// What [`read_everything`] read from an event.
    fn read(event: &Value) -> Value {
        let response = respond_to(&event.to_string());
        assert_eq!(response["statusCode"], 200, "{event}: {response}");
        serde_json::from_str(response["body"].as_str().unwrap()).unwrap()
    }

    /// An event with everything that a request can have.
    fn event() -> Value {
        json!({
            "version": "2.0",
            "routeKey": "PUT /marathons/{marathon_id}/official-records/{bib}",
            "rawPath": "/api/marathons/0199a4b2-7c00-7000-8000-000000000001/official-records/F3",
            "rawQueryString": "q=%EA%B9%80+%22a%22&gender=F&gender=M&limit=10&empty=&flag",
            "cookies": ["session=1", "theme=dark"],
            "headers": {
                "Accept-Language": "en-GB,en;q=0.9,ko;q=0.8",
                "accept-encoding": "br, gzip;q=0.5",
                "Authorization": "Basic cnVubmVyOnBhc3N3b3Jk",
                "content-type": "application/json",
                "Host": "api.example.com",
                "Idempotency-Key": "7",
                "If-Match": "\"1\", \"2\"",
                "X-Forwarded-For": "203.0.113.7, 198.51.100.1",
                "x-forwarded-port": "443",
                "x-forwarded-proto": "https",
                "x-problem": "4"
            },
            "queryStringParameters": {"q": "김 \"a\"", "gender": "F,M", "limit": "10", "empty": "", "flag": ""},
            "pathParameters": {"marathon_id": "0199a4b2-7c00-7000-8000-000000000001", "bib": "F3", "user_id": "me"},
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "api",
                "domainName": "api.example.com",
                "domainPrefix": "api",
                "http": {
                    "method": "PUT",
                    "path": "/api/marathons/0199a4b2-7c00-7000-8000-000000000001/official-records/F3",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "203.0.113.7",
                    "userAgent": "sample"
                },
                "requestId": "sample",
                "routeKey": "PUT /marathons/{marathon_id}/official-records/{bib}",
                "stage": "api",
                "time": "15/Mar/2026:08:00:00 +0900",
                "timeEpoch": 1_773_529_200_000_i64
            },
            "stageVariables": {"name": "value"},
            "body": BASE64_STANDARD.encode(r#"{"bib": "F3", "status": "finished", "splits": []}"#),
            "isBase64Encoded": true
        })
    }

    /// [`event`] with one value replaced or added, for a response that is neither a problem nor compressed.
    fn with(place: &str, name: &str, value: impl Into<Value>) -> Value {
        let mut event = event();
        event["headers"]["x-problem"] = json!("none");
        event["headers"]["accept-encoding"] = json!("identity");
        event.pointer_mut(place).unwrap()[name] = value.into();
        event
    }

    #[test]
    fn reads_encoded_queries_and_bodies() {
        let read = read(&with("", "version", "2.0"));
        assert_eq!(
            read["query"],
            json!({"q": "김 \"a\"", "gender": "M", "empty": "", "flag": ""})
        );
        assert_eq!(read["body"]["bib"], "F3");
    }

    #[test]
    fn reads_a_query_with_characters_that_a_uri_cannot_have() {
        let query = read(&with("", "rawQueryString", "q=\"a b\"&<x>=\u{1}김#"))["query"].take();
        assert_eq!(query, json!({"q": "\"a b\"", "<x>": "\u{1}김#"}));
        let long = "\"".repeat(70_000);
        assert_eq!(
            read(&with("", "rawQueryString", format!("q={long}")))["query"]["q"],
            long
        );
    }

    #[test]
    fn ignores_an_invalid_address() {
        for host in ["", "a b", "[::1", "api.example.com:99999", "@", "%"] {
            read(&with("/headers", "Host", host));
            let mut event = with("/requestContext", "domainName", host);
            event["headers"] = json!({});
            read(&event);
        }
        for scheme in ["https, http", "", "1", "mailto"] {
            read(&with("/headers", "x-forwarded-proto", scheme));
        }
        for path in ["", ":99999", "@[", "/api/users/\" \"", "/%zz?#", &"김".repeat(30_000)] {
            read(&with("", "rawPath", path));
            read(&with("/requestContext", "stage", path));
            let mut event = with("", "rawPath", path);
            event["headers"] = json!({});
            event["requestContext"] = json!({"http": {"method": "PUT"}, "stage": "$default"});
            read(&event);
        }
    }

    #[test]
    fn rejects_a_body_that_is_not_base64() {
        let response = respond_to(&with("", "body", "{\"bib\": \"F3\"}").to_string());
        assert_eq!(response["statusCode"], 400);
        let headers = &response["headers"];
        assert_eq!(headers["content-type"], "application/problem+json");
        assert_eq!(headers["content-language"], "en");
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-request-id"], "7f2c");
        let problem: Value = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
        assert_eq!(problem["type"], "/problems/malformed");
    }

    #[test]
    fn rejects_an_event_that_is_not_an_http_request() {
        let events = [
            with("/headers", "a name", "value").to_string(),
            with("/headers", "", "value").to_string(),
            with("/headers", "name", "a\nvalue").to_string(),
            with("/requestContext/http", "method", "G T").to_string(),
            with("", "requestContext", Value::Null).to_string(),
            with("", "rawQueryString", "surrogate")
                .to_string()
                .replace("surrogate", "\\ud800"),
            "null".to_owned(),
            "[]".to_owned(),
            "{}".to_owned(),
        ];
        for event in events {
            let response = respond_to(&event);
            assert_eq!(response["statusCode"], 400, "{event}");
            assert_eq!(response["headers"]["content-type"], "application/problem+json");
            assert_eq!(response["headers"]["x-request-id"], "7f2c");
        }
    }

    /// The sample events of all routes, and one with everything.
    fn events() -> Vec<Value> {
        let files = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../events")
            .read_dir()
            .unwrap();
        let events =
            files.map(|file| serde_json::from_str(&std::fs::read_to_string(file.unwrap().path()).unwrap()).unwrap());
        let mut events: Vec<Value> = events
            .filter(|event: &Value| event.get("requestContext").is_some())
            .collect();
        assert!(events.len() > 20, "{}", events.len());
        events.resize(2 * events.len(), event());
        events
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn answers_every_event_without_a_server_error(event in mutated(events()), problem in 0..13_u8) {
            let mut event = event;
            if let Some(Value::Object(headers)) = event.get_mut("headers") {
                headers.insert("x-problem".to_owned(), problem.to_string().into());
            }
            let response = respond_to(&event.to_string());
            let status = response["statusCode"].as_u64().unwrap();
            prop_assert!((200..500).contains(&status), "{}", response);
            prop_assert_eq!(&response["headers"]["x-request-id"], "7f2c");
        }
    }
}
