//! The event of an API request.
//!
//! `lambda_http` panics on values that a URI cannot have, although handlers need no URI, and on invalid Base64. This
//! module gives it events that it can read.

use crate::http::{LocalizedText, Problem};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use lambda_http::http::header::HOST;
use lambda_http::request::LambdaRequest;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// An event of API Gateway (payload format 2.0); none if it is not a valid HTTP request.
#[derive(Debug)]
pub struct ApiEvent(Option<Box<ApiGatewayV2httpRequest>>);

impl<'de> Deserialize<'de> for ApiEvent {
    /// Accepts all JSON: an error here would be a function error, which API Gateway answers with a 500 of its own.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(json.get()).ok()))
    }
}

impl ApiEvent {
    /// A request that `lambda_http` can read; with a problem, it has only what could be read, and the problem is the
    /// answer.
    pub fn into_request(self) -> (LambdaRequest, Option<Problem>) {
        let (mut event, mut problem) = match self.0 {
            Some(event) => (*event, None),
            None => (ApiGatewayV2httpRequest::default(), Some(NOT_HTTP)),
        };
        remove_uri(&mut event);
        if decode_body(&mut event).is_err() {
            problem = Some(NOT_BASE64);
        }
        (LambdaRequest::ApiGatewayV2(event), problem.map(Problem::Malformed))
    }
}

const NOT_HTTP: LocalizedText = LocalizedText::fixed(
    "올바른 HTTP 요청이 아닙니다.",
    "The request is not a valid HTTP request.",
);
const NOT_BASE64: LocalizedText = LocalizedText::fixed(
    "본문의 Base64 인코딩이 올바르지 않습니다.",
    "The body is not valid Base64.",
);

/// Removes what `lambda_http` builds the URI from: host, stage, path and query. Clients control all but the stage, and
/// the path is already decoded. The query parameters are kept as parsed by the rules for URLs, which accept any text.
fn remove_uri(event: &mut ApiGatewayV2httpRequest) {
    if let Some(query) = event.raw_query_string.take() {
        let Ok(parameters) = query.parse();
        event.query_string_parameters = parameters;
    }
    // Without a host, the scheme in x-forwarded-proto is not used either.
    event.headers.remove(HOST);
    event.request_context.domain_name = None;
    event.request_context.stage = None;
    event.raw_path = None;
}

/// Decodes a text in Base64. Binary bodies are left to `lambda_http`, which can decode what was decoded here.
fn decode_body(event: &mut ApiGatewayV2httpRequest) -> Result<(), base64::DecodeError> {
    let Some(encoded) = event.body.take_if(|_| event.is_base64_encoded) else {
        return Ok(());
    };
    let bytes = BASE64_STANDARD.decode(&encoded)?;
    let text = String::from_utf8(bytes);
    event.is_base64_encoded = text.is_err();
    event.body = Some(text.unwrap_or(encoded));
    Ok(())
}
