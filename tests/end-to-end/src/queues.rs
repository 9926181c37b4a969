//! The queues, past the functions that usually read them.

use crate::stack::Stack;
use serde_json::{Value, json};

/// SQS takes and gives at most this many messages in one request.
pub const BATCH: usize = 10;

impl Stack {
    /// How many messages wait in a queue, in flight or not.
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

    /// The bodies of messages in a queue that contain `text`. They stay there, unseen by others for a second.
    pub async fn messages(&self, logical_name: &str, text: &str) -> Vec<Value> {
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

    /// Takes all messages out of a queue that nobody else reads, and returns their bodies.
    pub async fn take_messages(&self, logical_name: &str) -> Vec<String> {
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
            let answer = self.ask_aws("AmazonSQS.DeleteMessageBatch", &request).await;
            assert_eq!(
                answer["Successful"].as_array().map(Vec::len),
                Some(messages.len()),
                "{answer}"
            );
        }
    }

    /// Puts at most [`BATCH`] messages into a queue in one request, and returns what the queue calls them.
    pub async fn send_batch(&self, logical_name: &str, bodies: &[String]) -> Vec<String> {
        let entries = bodies.iter().zip(0..);
        let entries: Vec<_> = entries
            .map(|(body, id)| json!({"Id": id.to_string(), "MessageBody": body}))
            .collect();
        let request = json!({"QueueUrl": self.resource(logical_name), "Entries": entries});
        let answer = self.ask_aws("AmazonSQS.SendMessageBatch", &request).await;
        let sent = answer["Successful"].as_array().unwrap_or_else(|| panic!("{answer}"));
        assert_eq!(sent.len(), bodies.len(), "{answer}");
        sent.iter()
            .map(|sent| sent["MessageId"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Has a queue hand out again what failed, after this many seconds, and returns after how many it did before.
    ///
    /// The template's time is as long as a function may take; tests need not wait for so long.
    pub async fn hand_out_again_after(&self, logical_name: &str, seconds: u32) -> u32 {
        let before = self.queue_attributes(logical_name).await["VisibilityTimeout"].clone();
        let request = json!({
            "QueueUrl": self.resource(logical_name), "Attributes": {"VisibilityTimeout": seconds.to_string()},
        });
        let answer = self.ask_aws("AmazonSQS.SetQueueAttributes", &request).await;
        assert!(answer.get("__type").is_none(), "{answer}");
        before.as_str().unwrap().parse().unwrap()
    }

    /// Begins to move what is in a dead-letter queue back to the queues it came from.
    pub async fn redrive(&self, logical_name: &str) {
        let request = json!({"SourceArn": self.queue_arn(logical_name).await});
        let answer = self.ask_aws("AmazonSQS.StartMessageMoveTask", &request).await;
        assert!(answer["TaskHandle"].is_string(), "{answer}");
    }

    /// How the last [`redrive`](Self::redrive) of a queue stands: its status, and how many messages were moved.
    pub async fn last_redrive(&self, logical_name: &str) -> (String, u64) {
        let request = json!({"SourceArn": self.queue_arn(logical_name).await});
        let answer = self.ask_aws("AmazonSQS.ListMessageMoveTasks", &request).await;
        let task = &answer["Results"][0];
        let moved = task["ApproximateNumberOfMessagesMoved"].as_u64();
        (task["Status"].as_str().unwrap().to_owned(), moved.unwrap())
    }

    async fn queue_arn(&self, logical_name: &str) -> Value {
        self.queue_attributes(logical_name).await["QueueArn"].clone()
    }

    async fn queue_attributes(&self, logical_name: &str) -> Value {
        let request = json!({"QueueUrl": self.resource(logical_name), "AttributeNames": ["All"]});
        let answer = self.ask_aws("AmazonSQS.GetQueueAttributes", &request).await;
        answer["Attributes"].clone()
    }

    async fn receive(&self, logical_name: &str) -> Vec<Value> {
        let request = json!({
            "QueueUrl": self.resource(logical_name), "MaxNumberOfMessages": BATCH, "VisibilityTimeout": 1,
        });
        let answer = self.ask_aws("AmazonSQS.ReceiveMessage", &request).await;
        answer["Messages"].as_array().cloned().unwrap_or_default()
    }
}
