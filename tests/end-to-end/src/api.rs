//! A client of the API. It checks each response against the contract.

use crate::contract_check;
use crate::stack::{Stack, client};
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;

#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    base: String,
    token: Option<String>,
    language: &'static str,
    /// An additional header.
    header: Option<(&'static str, String)>,
}

#[derive(Debug)]
pub struct ApiResponse {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    /// Null without a body.
    pub json: Value,
}

impl Api {
    #[must_use]
    pub fn anonymous() -> Self {
        Self {
            client: client(),
            base: Stack::get().api.clone(),
            token: None,
            language: "en",
            header: None,
        }
    }

    /// Through CloudFront, as the site calls it.
    #[must_use]
    pub fn through_cloudfront() -> Self {
        Self {
            base: format!("{}/api", Stack::get().site()),
            ..Self::anonymous()
        }
    }

    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    #[must_use]
    pub fn without_token(&self) -> Self {
        Self {
            token: None,
            ..self.clone()
        }
    }

    #[must_use]
    pub fn in_korean(&self) -> Self {
        Self {
            language: "ko-KR",
            ..self.clone()
        }
    }

    #[must_use]
    pub fn if_match(&self, etag: &str) -> Self {
        Self {
            header: Some(("if-match", etag.to_owned())),
            ..self.clone()
        }
    }

    #[must_use]
    pub fn idempotency_key(&self, key: &str) -> Self {
        Self {
            header: Some(("idempotency-key", key.to_owned())),
            ..self.clone()
        }
    }

    pub async fn put(&self, path: &str, body: &Value) -> ApiResponse {
        self.send(Method::PUT, path, Some(body.to_string())).await
    }

    pub async fn get(&self, path: &str) -> ApiResponse {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> ApiResponse {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    /// Posts a body that may be invalid JSON.
    pub async fn post_text(&self, path: &str, body: &str) -> ApiResponse {
        self.send(Method::POST, path, Some(body.to_owned())).await
    }

    pub async fn delete(&self, path: &str) -> ApiResponse {
        self.send(Method::DELETE, path, None).await
    }

    /// Gets with `Accept-Encoding: gzip`. Returns the `Content-Encoding` and the encoded body.
    pub async fn get_compressed(&self, path: &str) -> (String, Vec<u8>) {
        let request = self.request(Method::GET, path).header("accept-encoding", "gzip");
        let response = request.send().await.unwrap();
        let encoding = response.headers()["content-encoding"].to_str().unwrap().to_owned();
        (encoding, response.bytes().await.unwrap().to_vec())
    }

    /// All items of a list, requested in pages of `limit`.
    pub async fn all_pages(&self, path: &str, limit: u32) -> Vec<Value> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let first = format!("{path}{separator}limit={limit}");
        let (mut items, mut page_path) = (Vec::new(), first.clone());
        loop {
            let page = self.get(&page_path).await.expect(200);
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(cursor) => page_path = format!("{first}&cursor={cursor}"),
                None => return items,
            }
        }
    }

    /// Gets with HTTP Basic authentication.
    pub async fn get_with_basic(&self, path: &str, name: &str, password: &str) -> ApiResponse {
        self.execute(self.request(Method::GET, path).basic_auth(name, Some(password)))
            .await
    }

    async fn send(&self, method: Method, path: &str, body: Option<String>) -> ApiResponse {
        let mut request = self.request(method, path);
        if let Some((name, value)) = &self.header {
            request = request.header(*name, value);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        self.execute(request).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base))
            .header("accept-language", self.language)
    }

    async fn execute(&self, request: reqwest::RequestBuilder) -> ApiResponse {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let (method, url) = (request.method().clone(), request.url().to_string());
        let response = client.execute(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let json = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap()
        };
        let path = url.strip_prefix(&self.base).unwrap();
        contract_check::assert_allowed(method.as_str(), path, status.as_u16(), &headers, &json);
        ApiResponse { status, headers, json }
    }
}

impl ApiResponse {
    /// The JSON of a response that must have this status.
    #[track_caller]
    #[must_use]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        self.json
    }

    /// The problem details (RFC 9457) of a response that must have this status.
    #[track_caller]
    #[must_use]
    pub fn problem(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.json["status"], status);
        for member in ["type", "title", "detail"] {
            assert!(
                self.json[member].as_str().is_some_and(|text| !text.is_empty()),
                "{member}: {}",
                self.json
            );
        }
        self.json
    }

    /// The invalid fields of a response that must be a 422.
    #[track_caller]
    #[must_use]
    pub fn rejected_fields(self) -> Vec<String> {
        let problem = self.problem(422);
        let errors = problem["errors"].as_array().unwrap();
        errors
            .iter()
            .map(|error| error["field"].as_str().unwrap().to_owned())
            .collect()
    }
}
