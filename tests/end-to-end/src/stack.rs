//! The deployed stack that the tests run against.

use crate::wait::eventually;
use reqwest::{Client, Method, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::{Connection, MySqlConnection};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::LazyLock;
use uuid::Uuid;

/// The addresses and resources of the stack, from the file that `make test` writes.
#[derive(Debug, Deserialize)]
pub struct Stack {
    pub api: String,
    pub discord: String,
    pub user_db: String,
    /// The site; none without Node.js, which builds it.
    web: Option<String>,
    aws: String,
    #[serde(rename = "stack")]
    name: String,
    /// Physical resource ids by logical id.
    resources: HashMap<String, String>,
    /// The output of all functions.
    pub(crate) function_log: PathBuf,
    /// Stops and starts services; only the instance of `make test` has it.
    pub(crate) control: Option<String>,
}

static STACK: LazyLock<Stack> = LazyLock::new(|| {
    let path =
        std::env::var("MRMRTHON_ENDPOINTS").expect("these tests need a deployed stack: run them with `make test`");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
});

pub(crate) fn client() -> Client {
    static CLIENT: LazyLock<()> = LazyLock::new(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    LazyLock::force(&CLIENT);
    let mut builder = Client::builder().no_proxy();
    if let Some((host, address)) = Stack::get().local_site() {
        builder = builder.resolve(&host, address);
    }
    builder.build().unwrap()
}

impl Stack {
    #[must_use]
    pub fn get() -> &'static Self {
        &STACK
    }

    #[must_use]
    pub fn site(&self) -> &str {
        self.web
            .as_deref()
            .expect("the stack has no site: it is built only if Node.js is installed")
    }

    /// The site's host below `localhost`, which only browsers resolve by themselves, and its address.
    fn local_site(&self) -> Option<(String, SocketAddr)> {
        let url = Url::parse(self.web.as_deref()?).unwrap();
        let host = url.host_str()?;
        let address = (Ipv4Addr::LOCALHOST, url.port_or_known_default()?).into();
        host.ends_with(".localhost").then(|| (host.to_owned(), address))
    }

    /// The value of `TABLE_PREFIX` for this stack.
    #[must_use]
    pub fn table_prefix(&self) -> &str {
        &self.name
    }

    /// Invokes a function directly. Returns its result, or its error.
    pub async fn invoke(&self, binary: &str, event: &Value) -> Result<Value, Value> {
        let logical_name: String = binary.split('-').map(capitalize).collect();
        let path = format!("functions/{}/invocations", self.resource(&logical_name));
        let response = self.lambda(Method::POST, &path).json(event).send().await.unwrap();
        let failed = response.headers().contains_key("x-amz-function-error");
        let payload = response.json().await.unwrap();
        if failed { Err(payload) } else { Ok(payload) }
    }

    /// The messages with `text` that Discord has received, as JSON.
    pub async fn discord_messages(&self, text: &str) -> Vec<String> {
        let received: Vec<Value> = client()
            .get(&self.discord)
            .query(&[("contains", text)])
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        received.iter().map(ToString::to_string).collect()
    }

    /// Waits until Discord has received messages with `text`, and returns them.
    pub async fn wait_for_discord(&self, text: &str) -> Vec<String> {
        let messages = async || self.discord_messages(text).await;
        eventually("Discord messages", messages, |messages| !messages.is_empty()).await
    }

    pub async fn user_db_connection(&self) -> MySqlConnection {
        MySqlConnection::connect(&self.user_db).await.unwrap()
    }

    pub async fn secret(&self, logical_name: &str) -> String {
        let request = json!({"SecretId": self.resource(logical_name)});
        let response = self.call_aws("secretsmanager.GetSecretValue", &request).await;
        response["SecretString"]
            .as_str()
            .unwrap_or_else(|| panic!("{logical_name}: {response}"))
            .to_owned()
    }

    /// Creates a secret and returns its name.
    pub async fn create_secret(&self, value: &str) -> String {
        let name = format!("test-{}", Uuid::now_v7());
        let request = json!({"Name": name, "SecretString": value});
        let response = self.call_aws("secretsmanager.CreateSecret", &request).await;
        assert_eq!(response["Name"], name, "{response}");
        name
    }

    /// The URL of a new object in S3, for PUT and GET.
    pub async fn create_upload_url(&self) -> String {
        let bucket = format!("{}/test-{}", self.aws, Uuid::now_v7());
        let created = client().put(&bucket).send().await.unwrap();
        assert!(created.status().is_success(), "{created:?}");
        format!("{bucket}/file")
    }

    /// The JSON that was uploaded to a [`Self::create_upload_url`].
    pub async fn uploaded(&self, url: &str) -> Value {
        client().get(url).send().await.unwrap().json().await.unwrap()
    }

    /// Puts items into a table of `main_db`, bypassing the domain's rules.
    pub async fn put_items(&self, logical_name: &str, items: impl IntoIterator<Item = Value>) {
        let puts = items.into_iter().map(|item| json!({"PutRequest": {"Item": item}}));
        // The maximum of BatchWriteItem is 25.
        for puts in puts.collect::<Vec<_>>().chunks(25) {
            let request = json!({"RequestItems": {self.resource(logical_name): puts}});
            let response = self.call_aws("DynamoDB_20120810.BatchWriteItem", &request).await;
            assert_eq!(response["UnprocessedItems"], json!({}), "{response}");
        }
    }

    /// The physical id of a resource.
    pub(crate) fn resource(&self, logical_name: &str) -> &str {
        &self.resources[logical_name]
    }

    pub(crate) fn lambda(&self, method: Method, path: &str) -> RequestBuilder {
        client().request(method, format!("{}/2015-03-31/{path}", self.aws))
    }

    pub(crate) async fn call_aws(&self, target: &str, request: &Value) -> Value {
        let request = client()
            .post(&self.aws)
            .header("x-amz-target", target)
            .header("content-type", "application/x-amz-json-1.1")
            .body(request.to_string());
        request.send().await.unwrap().json().await.unwrap()
    }
}

fn capitalize(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}
