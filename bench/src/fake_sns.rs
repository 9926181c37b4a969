//! A fake SNS that accepts every message and counts the awards.

use crate::Result;
use crate::http_server::{self, Request, Response};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

pub struct FakeSns {
    /// For `AWS_ENDPOINT_URL`.
    pub url: String,
    award_count: Arc<AtomicUsize>,
}

impl FakeSns {
    /// Starts a server that waits `latency` before it handles a request.
    pub fn start(latency: Duration) -> Result<Self> {
        let award_count = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&award_count);
        let address = http_server::start(move |request| {
            thread::sleep(latency);
            publish_batch(&request, &counter)
        })?;
        Ok(Self {
            url: format!("http://{address}"),
            award_count,
        })
    }

    /// The number of awards published so far.
    #[must_use]
    pub fn award_count(&self) -> usize {
        self.award_count.load(Ordering::Relaxed)
    }
}

/// Handles a `PublishBatch` request of the AWS query protocol; every message succeeds.
fn publish_batch(request: &Request, award_count: &AtomicUsize) -> Option<Response> {
    let form = std::str::from_utf8(&request.body).ok()?;
    let fields = || form.split('&').filter_map(|field| field.split_once('='));
    if !fields().any(|field| field == ("Action", "PublishBatch")) {
        return None;
    }
    let count = fields().filter(|(_, value)| *value == "official_record.award").count();
    award_count.fetch_add(count, Ordering::Relaxed);
    let mut successful = String::new();
    for (_, id) in fields().filter(|(name, _)| name.ends_with(".Id")) {
        let message_id = "00000000-0000-0000-0000-000000000001";
        let _ = write!(
            successful,
            "<member><Id>{id}</Id><MessageId>{message_id}</MessageId></member>"
        );
    }
    let body = format!(
        "<PublishBatchResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishBatchResult><Failed/>\
         <Successful>{successful}</Successful></PublishBatchResult><ResponseMetadata>\
         <RequestId>00000000-0000-0000-0000-000000000002</RequestId></ResponseMetadata></PublishBatchResponse>"
    );
    Some(Response {
        status: "200 OK",
        headers: vec![("content-type", "text/xml".to_owned())],
        body: body.into_bytes(),
    })
}
