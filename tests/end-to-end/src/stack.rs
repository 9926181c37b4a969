//! The deployed stack that the tests run against.

use reqwest::{Client, Method, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use uuid::Uuid;

/// Where everything is.
#[derive(Debug, Deserialize)]
pub struct Stack {
    pub api: String,
    pub discord: String,
    pub user_db: String,
    /// None where there is no Node.js, which makes the site.
    web: Option<String>,
    aws: String,
    #[serde(rename = "stack")]
    name: String,
    /// The physical name of each resource by its logical one.
    resources: HashMap<String, String>,
    /// What every function prints.
    pub(crate) function_log: PathBuf,
    /// Where services can be stopped and started; only the instance of `make test` has this.
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

    /// The address of the site.
    #[must_use]
    pub fn site(&self) -> &str {
        self.web
            .as_deref()
            .expect("the site is missing: `make run` leaves it out where there is no Node.js")
    }

    /// A name below `localhost`, which browsers resolve by themselves and others do not, and where it leads to.
    fn local_site(&self) -> Option<(String, SocketAddr)> {
        let url = Url::parse(self.web.as_deref()?).unwrap();
        let host = url.host_str()?;
        let address = (Ipv4Addr::LOCALHOST, url.port_or_known_default()?).into();
        host.ends_with(".localhost").then(|| (host.to_owned(), address))
    }

    /// Makes [`shared::config::FromEnv`] find this stack's tables; `make test` sets the rest.
    #[must_use]
    pub fn table_prefix(&self) -> &str {
        &self.name
    }

    /// Invokes a function with an event, past the API, and returns its answer.
    pub async fn invoke(&self, binary: &str, event: &Value) -> Result<Value, Value> {
        let logical_name: String = binary.split('-').map(capitalized).collect();
        let path = format!("functions/{}/invocations", self.resource(&logical_name));
        let response = self.lambda(Method::POST, &path).json(event).send().await.unwrap();
        let failed = response.headers().contains_key("x-amz-function-error");
        let answer = response.json().await.unwrap();
        if failed { Err(answer) } else { Ok(answer) }
    }

    /// What Discord received that contains `text`.
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

    /// The value of a secret.
    pub async fn secret(&self, logical_name: &str) -> String {
        let request = json!({"SecretId": self.resource(logical_name)});
        let answer = self.ask_aws("secretsmanager.GetSecretValue", &request).await;
        answer["SecretString"]
            .as_str()
            .unwrap_or_else(|| panic!("{logical_name}: {answer}"))
            .to_owned()
    }

    /// Makes a secret with this value and answers with its name.
    pub async fn make_secret(&self, value: &str) -> String {
        let name = format!("test-{}", Uuid::now_v7());
        let request = json!({"Name": name, "SecretString": value});
        let answer = self.ask_aws("secretsmanager.CreateSecret", &request).await;
        assert_eq!(answer["Name"], name, "{answer}");
        name
    }

    /// An address that takes a file with PUT and hands it out with GET.
    pub async fn place(&self) -> String {
        let bucket = format!("{}/test-{}", self.aws, Uuid::now_v7());
        let made = client().put(&bucket).send().await.unwrap();
        assert!(made.status().is_success(), "{made:?}");
        format!("{bucket}/file")
    }

    /// What was put to a [`Self::place`].
    pub async fn placed(&self, place: &str) -> Value {
        client().get(place).send().await.unwrap().json().await.unwrap()
    }

    /// Puts items into a table of `main_db`, past whoever keeps its rules.
    pub async fn put_items(&self, logical_name: &str, items: impl IntoIterator<Item = Value>) {
        let puts = items.into_iter().map(|item| json!({"PutRequest": {"Item": item}}));
        // DynamoDB takes at most 25 in one request.
        for puts in puts.collect::<Vec<_>>().chunks(25) {
            let request = json!({"RequestItems": {self.resource(logical_name): puts}});
            let answer = self.ask_aws("DynamoDB_20120810.BatchWriteItem", &request).await;
            assert_eq!(answer["UnprocessedItems"], json!({}), "{answer}");
        }
    }

    /// The physical name of a resource.
    pub(crate) fn resource(&self, logical_name: &str) -> &str {
        &self.resources[logical_name]
    }

    /// A request to Lambda's API.
    pub(crate) fn lambda(&self, method: Method, path: &str) -> RequestBuilder {
        client().request(method, format!("{}/2015-03-31/{path}", self.aws))
    }

    pub(crate) async fn ask_aws(&self, target: &str, request: &Value) -> Value {
        let request = client()
            .post(&self.aws)
            .header("x-amz-target", target)
            .header("content-type", "application/x-amz-json-1.1")
            .body(request.to_string());
        request.send().await.unwrap().json().await.unwrap()
    }
}

fn capitalized(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// The folder of the project.
#[must_use]
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}
