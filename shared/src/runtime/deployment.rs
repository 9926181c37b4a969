//! Functions that a deployment waits for: custom resources of CloudFormation.

use super::{Error, job};
use crate::config::FromEnv;
use crate::https;
use reqwest::StatusCode;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::time::Duration;

/// How long one attempt to answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How often an answer is sent before it is given up, and the pause in between.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_secs(2);
/// Of a whole answer CloudFormation reads 4,096 bytes.
const LONGEST_REASON: usize = 1000;

/// Who wants the job done.
#[derive(Deserialize)]
#[serde(untagged)]
enum Asker {
    Deployment(Order),
    Person(IgnoredAny),
}

/// What CloudFormation sends when a resource is made, changed or deleted, as far as it matters here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Order {
    request_type: RequestType,
    /// Takes the answer, once; whoever has it can answer.
    #[serde(rename = "ResponseURL")]
    response_url: String,
    stack_id: String,
    request_id: String,
    logical_resource_id: String,
    #[serde(default)]
    resource_properties: Properties,
    /// Those before an update.
    #[serde(default)]
    old_resource_properties: Properties,
}

/// What the template says of the resource, as far as it matters here.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    /// Numbers with points between them, the weightiest first.
    #[serde(default)]
    version: String,
}

#[derive(PartialEq, Eq, Deserialize)]
enum RequestType {
    Create,
    Update,
    Delete,
}

/// What CloudFormation is answered.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    status: Status,
    reason: String,
    /// The same at each update: with another one CloudFormation would have the resource before it deleted.
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

/// CloudFormation was not told how the job went.
#[derive(Debug, thiserror::Error)]
enum NotAnswered {
    #[error("no answer can be sent: {0}")]
    NoClient(#[from] https::NoClient),
    #[error("the answer was refused: {0}")]
    Refused(StatusCode),
    /// Without its address, which is a secret.
    #[error("the answer did not get through: {0}")]
    Unreachable(reqwest::Error),
}

/// Runs a function that does one job, whatever the event says: for a deployment, which has the function as a custom
/// resource, hears whether it succeeded and is rolled back when it did not; or for people, who see the result.
///
/// # Errors
/// When the configuration is not complete, or the Lambda runtime cannot be reached.
pub async fn deployment<S, H, F, R>(handle: H) -> Result<(), Error>
where
    S: FromEnv + Send + Sync + 'static,
    H: Fn(&'static S) -> F + Send + Sync,
    F: Future<Output = Result<R, Error>> + Send,
    R: Serialize + Send,
{
    let handle = &handle;
    job(move |state: &'static S, asker: Asker| async move {
        match asker {
            Asker::Person(_) => handle(state).await.map(Some),
            Asker::Deployment(order) => {
                let result = if order.is_to_do() {
                    handle(state).await.map(drop)
                } else {
                    Ok(())
                };
                if let Err(error) = &result {
                    tracing::error!(error = %error, "job failed");
                }
                // CloudFormation acts on a failure; if the invocation failed too, Lambda would only repeat the job.
                order.tell(&order.answer(result)).await?;
                Ok(None)
            }
        }
    })
    .await
}

impl Order {
    /// Whether there is something to do: not when the resource is deleted, nor when it goes back to the `Version`
    /// before. That is a deployment that failed, maybe at this very job, and its rollback must not fail at it again.
    fn is_to_do(&self) -> bool {
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

    fn answer(&self, result: Result<(), Error>) -> Answer<'_> {
        let (status, reason) = match result {
            Ok(()) => (Status::Success, String::new()),
            Err(error) => (Status::Failed, error.to_string().chars().take(LONGEST_REASON).collect()),
        };
        Answer {
            status,
            reason,
            physical_resource_id: &self.logical_resource_id,
            stack_id: &self.stack_id,
            request_id: &self.request_id,
            logical_resource_id: &self.logical_resource_id,
        }
    }

    async fn tell(&self, answer: &Answer<'_>) -> Result<(), Error> {
        // The address is signed for a body of no type, so this is not sent as JSON.
        let body = serde_json::to_string(answer)?;
        let client = https::client(TIMEOUT).map_err(NotAnswered::from)?;
        let mut attempt = 1;
        loop {
            let sent = client.put(&self.response_url).body(body.clone()).send().await;
            let failure = match sent {
                Ok(taken) if taken.status().is_success() => return Ok(()),
                Ok(refused) => NotAnswered::Refused(refused.status()),
                Err(error) => NotAnswered::Unreachable(error.without_url()),
            };
            if attempt == ATTEMPTS {
                return Err(failure.into());
            }
            attempt += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// The sample events of the function that is a custom resource.
    const BY_HAND: &str = include_str!("../../../events/user-db-migrate.json");
    const CREATE: &str = include_str!("../../../events/user-db-migrate-create.json");

    fn order(text: &str) -> Order {
        match serde_json::from_str(text).unwrap() {
            Asker::Deployment(order) => order,
            Asker::Person(_) => panic!("not seen as CloudFormation's: {text}"),
        }
    }

    #[test]
    fn a_deployment_is_told_from_a_person() {
        for event in [BY_HAND, "null", r#"{"RequestType": "Create"}"#] {
            assert!(
                matches!(serde_json::from_str(event).unwrap(), Asker::Person(_)),
                "{event}"
            );
        }
        assert!(order(CREATE).request_type == RequestType::Create);
    }

    #[test]
    fn the_job_is_done_unless_the_resource_goes_or_goes_back() {
        for (request_type, before, is_to_do) in [
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
                order(&event.to_string()).is_to_do(),
                is_to_do,
                "{request_type} {before}"
            );
        }
    }

    #[test]
    fn the_answer_says_for_what_it_is_and_why_it_failed() {
        let event: Value = serde_json::from_str(CREATE).unwrap();
        let order = order(CREATE);
        let answer = |result| serde_json::to_value(order.answer(result)).unwrap();
        let mut expected = json!({
            "Status": "SUCCESS", "Reason": "", "PhysicalResourceId": "Migration", "StackId": event["StackId"],
            "RequestId": event["RequestId"], "LogicalResourceId": "Migration",
        });
        assert_eq!(answer(Ok(())), expected);
        expected["Status"] = "FAILED".into();
        expected["Reason"] = "user_db: no".into();
        assert_eq!(answer(Err("user_db: no".into())), expected);
        let long = "가".repeat(5000);
        assert!(answer(Err(long.into())).to_string().len() < 4096);
    }
}
