//! Direct access to the SQS queues.

use crate::stack::Stack;
use serde_json::{Value, json};

/// The most messages in one SQS request.
pub const MAX_BATCH_SIZE: usize = 10;

impl Stack {
    /// The number of messages in a queue, in flight or not.
    pub async fn queue_depth(&self, logical_name: &str) -> u64 {
        let attributes = self.queue_attributes(logical_name).await;
        let count = |name: &str| {
            attributes[name]
                .as_str()
                .and_then(|text| text.parse::<u64>().ok())
                .unwrap()
        };
        count("ApproximateNumberOfMessages") + count("ApproximateNumberOfMessagesNotVisible")
    }

    /// The bodies in a queue that contain `text`. The messages stay in the queue, invisible for a second.
    pub async fn find_messages(&self, logical_name: &str, text: &str) -> Vec<Value> {
        let mut bodies = Vec::new();
        loop {
            let messages = self.receive(logical_name).await;
            if messages.is_empty() {
                return bodies;
            }
            let found = messages.iter().filter_map(|message| message["Body"].as_str());
            let found = found.filter(|body| body.contains(text));
            bodies.extend(found.map(|body| serde_json::from_str::<Value>(body).unwrap()));
        }
    }

    /// Receives and deletes all messages of a queue without other readers, and returns their bodies.
    pub async fn drain_queue(&self, logical_name: &str) -> Vec<String> {
        let mut bodies = Vec::new();
        loop {
            let messages = self.receive(logical_name).await;
            if messages.is_empty() {
                return bodies;
            }
            bodies.extend(
                messages
                    .iter()
                    .map(|message| message["Body"].as_str().unwrap().to_owned()),
            );
            let handles = messages.iter().zip(0..);
            let entries: Vec<_> = handles
                .map(|(message, id)| json!({"Id": id.to_string(), "ReceiptHandle": message["ReceiptHandle"]}))
                .collect();
            let request = json!({"QueueUrl": self.resource(logical_name), "Entries": entries});
            let response = self.call_aws("AmazonSQS.DeleteMessageBatch", &request).await;
            assert_eq!(
                response["Successful"].as_array().map(Vec::len),
                Some(messages.len()),
                "{response}"
            );
        }
    }

    /// Sends at most [`MAX_BATCH_SIZE`] messages in one request, and returns their message ids.
    pub async fn send_batch(&self, logical_name: &str, bodies: &[String]) -> Vec<String> {
        let entries = bodies.iter().zip(0..);
        let entries: Vec<_> = entries
            .map(|(body, id)| json!({"Id": id.to_string(), "MessageBody": body}))
            .collect();
        let request = json!({"QueueUrl": self.resource(logical_name), "Entries": entries});
        let response = self.call_aws("AmazonSQS.SendMessageBatch", &request).await;
        let sent = response["Successful"]
            .as_array()
            .unwrap_or_else(|| panic!("{response}"));
        assert_eq!(sent.len(), bodies.len(), "{response}");
        sent.iter()
            .map(|sent| sent["MessageId"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Sets how many seconds pass before a queue delivers a failed message again, and returns the previous value. The
    /// template's value allows for the function's timeout, longer than a test needs to wait.
    pub async fn set_visibility_timeout(&self, logical_name: &str, seconds: u32) -> u32 {
        let previous = self.queue_attributes(logical_name).await["VisibilityTimeout"].clone();
        let request = json!({
            "QueueUrl": self.resource(logical_name), "Attributes": {"VisibilityTimeout": seconds.to_string()},
        });
        let response = self.call_aws("AmazonSQS.SetQueueAttributes", &request).await;
        assert!(response.get("__type").is_none(), "{response}");
        previous.as_str().unwrap().parse().unwrap()
    }

    /// Starts to move the messages of a dead-letter queue back to their source queues.
    pub async fn start_redrive(&self, logical_name: &str) {
        let request = json!({"SourceArn": self.queue_arn(logical_name).await});
        let response = self.call_aws("AmazonSQS.StartMessageMoveTask", &request).await;
        assert!(response["TaskHandle"].is_string(), "{response}");
    }

    /// The status of the last redrive of a queue, and the number of messages that it moved.
    pub async fn redrive_status(&self, logical_name: &str) -> (String, u64) {
        let request = json!({"SourceArn": self.queue_arn(logical_name).await});
        let response = self.call_aws("AmazonSQS.ListMessageMoveTasks", &request).await;
        let task = &response["Results"][0];
        let moved = task["ApproximateNumberOfMessagesMoved"].as_u64();
        (task["Status"].as_str().unwrap().to_owned(), moved.unwrap())
    }

    async fn queue_arn(&self, logical_name: &str) -> Value {
        self.queue_attributes(logical_name).await["QueueArn"].clone()
    }

    async fn queue_attributes(&self, logical_name: &str) -> Value {
        let request = json!({"QueueUrl": self.resource(logical_name), "AttributeNames": ["All"]});
        let response = self.call_aws("AmazonSQS.GetQueueAttributes", &request).await;
        response["Attributes"].clone()
    }

    async fn receive(&self, logical_name: &str) -> Vec<Value> {
        let request = json!({
            "QueueUrl": self.resource(logical_name), "MaxNumberOfMessages": MAX_BATCH_SIZE, "VisibilityTimeout": 1,
        });
        let response = self.call_aws("AmazonSQS.ReceiveMessage", &request).await;
        response["Messages"].as_array().cloned().unwrap_or_default()
    }
}
