//! A stand-in for SNS that takes every message, after as long as a request to SNS takes.

use crate::Result;
use crate::http::{self, Request, Response};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Where messages are published.
pub struct Sns {
    /// Its address, for `AWS_ENDPOINT_URL`.
    pub url: String,
    awards: Arc<AtomicUsize>,
}

impl Sns {
    /// Starts to take messages, each request after `latency`.
    ///
    /// # Errors
    /// When no port is to be had.
    pub fn start(latency: Duration) -> Result<Self> {
        let awards = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&awards);
        let address = http::serve(move |request| {
            thread::sleep(latency);
            publish_batch(&request, &counted)
        })?;
        Ok(Self {
            url: format!("http://{address}"),
            awards,
        })
    }

    /// How many awards were published so far.
    #[must_use]
    pub fn awards(&self) -> usize {
        self.awards.load(Ordering::Relaxed)
    }
}

/// The answer to a `PublishBatch` of the query protocol: all is published.
fn publish_batch(request: &Request, awards: &AtomicUsize) -> Option<Response> {
    let form = std::str::from_utf8(&request.body).ok()?;
    let fields = || form.split('&').filter_map(|field| field.split_once('='));
    if !fields().any(|field| field == ("Action", "PublishBatch")) {
        return None;
    }
    let count = fields().filter(|(_, value)| *value == "official_record.award").count();
    awards.fetch_add(count, Ordering::Relaxed);
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
