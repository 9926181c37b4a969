//! Functions that are CloudFormation custom resources.

use super::{Error, job};
use crate::config::FromEnv;
use crate::https_client;
use reqwest::StatusCode;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::time::Duration;

const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_ATTEMPTS: u32 = 5;
const RETRY_DELAY: Duration = Duration::from_secs(2);
/// CloudFormation limits the whole response to 4,096 bytes.
const MAX_REASON_CHARS: usize = 1000;

/// What invoked the function.
#[derive(Deserialize)]
#[serde(untagged)]
enum Trigger {
    CloudFormation(ResourceRequest),
    Manual(IgnoredAny),
}

/// A custom resource request (CloudFormation, "Custom resource request objects").
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceRequest {
    request_type: RequestType,
    /// A presigned URL for the response.
    #[serde(rename = "ResponseURL")]
    response_url: String,
    stack_id: String,
    request_id: String,
    logical_resource_id: String,
    #[serde(default)]
    resource_properties: Properties,
    /// The properties before an update.
    #[serde(default)]
    old_resource_properties: Properties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    /// Numbers separated by dots, the most significant first.
    #[serde(default)]
    version: String,
}

#[derive(PartialEq, Eq, Deserialize)]
enum RequestType {
    Create,
    Update,
    Delete,
}

/// A custom resource response.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceResponse<'a> {
    status: Status,
    reason: String,
    /// Constant: if it changed, CloudFormation would delete the old resource.
    physical_resource_id: &'a str,
    stack_id: &'a str,
    request_id: &'a str,
    logical_resource_id: &'a str,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Success,
    Failed,
}

#[derive(Debug, thiserror::Error)]
enum ResponseError {
    #[error("no HTTPS client: {0}")]
    Client(#[from] https_client::HttpsClientError),
    #[error("the response was rejected with status {0}")]
    Status(StatusCode),
    /// Without the URL, which is a secret.
    #[error("the response could not be sent: {0}")]
    Connection(reqwest::Error),
}

/// Runs a function that is a custom resource: CloudFormation waits for its success or rolls the deployment back. It can
/// also be invoked by hand, and then returns its result.
pub async fn custom_resource<S, H, F, R>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    H: Fn(&'static S) -> F + Send + Sync,
    F: Future<Output = Result<R, Error>> + Send,
    R: Serialize + Send,
{
    let handle = &handle;
    job(move |state: &'static S, trigger: Trigger| async move {
        match trigger {
            Trigger::Manual(_) => handle(state).await.map(Some),
            Trigger::CloudFormation(request) => {
                let result = if request.should_run() {
                    handle(state).await.map(drop)
                } else {
                    Ok(())
                };
                if let Err(error) = &result {
                    tracing::error!(error = %error, "job failed");
                }
                // An error returned here would make Lambda retry the job, while CloudFormation already rolls back.
                request.respond(&request.response(result)).await?;
                Ok(None)
            }
        }
    })
    .await
}

impl ResourceRequest {
    /// False for a deletion, and for an update to a lower `Version`: that is a rollback, which must not fail at the job
    /// that may have failed the deployment.
    fn should_run(&self) -> bool {
        let version = |properties: &Properties| -> Vec<u64> {
            let numbers = properties.version.split('.');
            numbers.map(|number| number.parse().unwrap_or_default()).collect()
        };
        match self.request_type {
            RequestType::Create => true,
            RequestType::Update => version(&self.resource_properties) >= version(&self.old_resource_properties),
            RequestType::Delete => false,
        }
    }

    fn response(&self, result: Result<(), Error>) -> ResourceResponse<'_> {
        let (status, reason) = match result {
            Ok(()) => (Status::Success, String::new()),
            Err(error) => (
                Status::Failed,
                error.to_string().chars().take(MAX_REASON_CHARS).collect(),
            ),
        };
        ResourceResponse {
            status,
            reason,
            physical_resource_id: &self.logical_resource_id,
            stack_id: &self.stack_id,
            request_id: &self.request_id,
            logical_resource_id: &self.logical_resource_id,
        }
    }

    async fn respond(&self, response: &ResourceResponse<'_>) -> Result<(), Error> {
        // The URL is signed for a request without a content type.
        let body = serde_json::to_string(response)?;
        let client = https_client::build(REQUEST_TIMEOUT).map_err(ResponseError::from)?;
        let mut attempt = 1;
        loop {
            let sent = client.put(&self.response_url).body(body.clone()).send().await;
            let error = match sent {
                Ok(accepted) if accepted.status().is_success() => return Ok(()),
                Ok(rejected) => ResponseError::Status(rejected.status()),
                Err(error) => ResponseError::Connection(error.without_url()),
            };
            if attempt == MAX_ATTEMPTS {
                return Err(error.into());
            }
            attempt += 1;
            tokio::time::sleep(RETRY_DELAY).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const BY_HAND: &str = include_str!("../../../events/user-db-migrate.json");
    const CREATE: &str = include_str!("../../../events/user-db-migrate-create.json");

    fn request(text: &str) -> ResourceRequest {
        match serde_json::from_str(text).unwrap() {
            Trigger::CloudFormation(request) => request,
            Trigger::Manual(_) => panic!("not a CloudFormation request: {text}"),
        }
    }

    #[test]
    fn distinguishes_cloudformation_from_manual_invocations() {
        for event in [BY_HAND, "null", r#"{"RequestType": "Create"}"#] {
            assert!(
                matches!(serde_json::from_str(event).unwrap(), Trigger::Manual(_)),
                "{event}"
            );
        }
        assert!(request(CREATE).request_type == RequestType::Create);
    }

    #[test]
    fn runs_unless_the_resource_is_deleted_or_rolled_back() {
        for (request_type, before, should_run) in [
            ("Create", Value::Null, true),
            ("Update", json!({"Version": "1.9"}), true),
            ("Update", json!({"Version": "2.1"}), true),
            ("Update", json!({}), true),
            ("Update", json!({"Version": "2.2"}), false),
            ("Update", json!({"Version": "10.1"}), false),
            ("Delete", Value::Null, false),
        ] {
            let mut event: Value = serde_json::from_str(CREATE).unwrap();
            event["RequestType"] = request_type.into();
            if before.is_object() {
                event["OldResourceProperties"] = before.clone();
            }
            assert_eq!(
                request(&event.to_string()).should_run(),
                should_run,
                "{request_type} {before}"
            );
        }
    }

    #[test]
    fn response_has_the_request_ids_and_the_reason() {
        let event: Value = serde_json::from_str(CREATE).unwrap();
        let request = request(CREATE);
        let response = |result| serde_json::to_value(request.response(result)).unwrap();
        let mut expected = json!({
            "Status": "SUCCESS", "Reason": "", "PhysicalResourceId": "Migration", "StackId": event["StackId"],
            "RequestId": event["RequestId"], "LogicalResourceId": "Migration",
        });
        assert_eq!(response(Ok(())), expected);
        expected["Status"] = "FAILED".into();
        expected["Reason"] = "user_db: no".into();
        assert_eq!(response(Err("user_db: no".into())), expected);
        let long = "가".repeat(5000);
        assert!(response(Err(long.into())).to_string().len() < 4096);
    }
}
