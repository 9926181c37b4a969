//! What the pipeline counts, as CloudWatch metrics: one line of JSON in the Embedded Metric Format for each invocation.
//!
//! Every metric is in the namespace [`NAMESPACE`] under the dimension `Stack`, so that stacks of one account stay apart.
//! Metrics carry counts and times, never ids or personal data.

use crate::config;
use crate::messages::PointEvent;
use ::metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_cloudwatch_embedded::{Builder, Collector};
use std::sync::OnceLock;
use time::OffsetDateTime;

/// Where CloudWatch files them.
pub const NAMESPACE: &str = "mrmrthon";

/// Changes of official records that the stream brought.
const RECORDS_SEEN: &str = "RecordsSeen";
/// Points that entered the ledger.
const POINTS_AWARDED: &str = "PointsAwarded";
/// Points that were taken back.
const POINTS_REVOKED: &str = "PointsRevoked";
/// Deliveries of what was in the ledger already.
const DUPLICATES_IGNORED: &str = "DuplicatesIgnored";
/// Records and messages that no stage understands, at each delivery; the log names each with its reason.
const POISON_MESSAGES: &str = "PoisonMessages";
/// From the change of a record to its points in the ledger, in ms.
const RECORD_TO_POINTS: &str = "RecordToPoints";
/// Messages that Discord took.
const DIGESTS_POSTED: &str = "DigestsPosted";
/// What the last audit found to differ between records, ledger and totals.
const AUDIT_DIFFERENCES: &str = "AuditDifferences";

/// CloudWatch takes at most this many values of a metric at once.
const MOST_VALUES: usize = 100;

static COLLECTOR: OnceLock<&Collector> = OnceLock::new();

/// Starts counting, for functions whose counts mean something.
pub fn start() {
    let stack = config::optional("TABLE_PREFIX").unwrap_or_else(|| "unknown".to_owned());
    let builder = Builder::new().cloudwatch_namespace(NAMESPACE);
    // Only a second call in one process could fail, and then counting has begun.
    if let Ok(collector) = builder.with_dimension("Stack", stack).init() {
        for name in [
            RECORDS_SEEN,
            POINTS_AWARDED,
            POINTS_REVOKED,
            DUPLICATES_IGNORED,
            POISON_MESSAGES,
            DIGESTS_POSTED,
        ] {
            describe_counter!(name, Unit::Count, "");
        }
        describe_histogram!(RECORD_TO_POINTS, Unit::Milliseconds, "");
        describe_gauge!(AUDIT_DIFFERENCES, Unit::Count, "");
        let _ = COLLECTOR.set(collector);
    }
}

/// Writes what was counted since the last time to the log, from which CloudWatch takes it.
pub fn flush() {
    if let Some(collector) = COLLECTOR.get()
        && let Err(error) = collector.flush(std::io::stdout().lock())
    {
        tracing::warn!(%error, "metrics could not be written");
    }
}

/// The stream brought changes of records.
pub fn records_seen(count: usize) {
    counter!(RECORDS_SEEN).increment(count as u64);
}

/// Something no stage understands was delivered.
pub fn poison() {
    counter!(POISON_MESSAGES).increment(1);
}

/// Events were in the ledger already.
pub fn duplicates_ignored(count: usize) {
    counter!(DUPLICATES_IGNORED).increment(count as u64);
}

/// Events are in the ledger as of `now`.
pub fn entered(events: &[PointEvent], now: OffsetDateTime) {
    let sum = |points: &mut dyn Iterator<Item = i64>| points.map(i64::unsigned_abs).sum();
    let points = || events.iter().map(|event| event.point);
    counter!(POINTS_AWARDED).increment(sum(&mut points().filter(|point| *point > 0)));
    counter!(POINTS_REVOKED).increment(sum(&mut points().filter(|point| *point < 0)));
    let times = events.iter().filter_map(|event| event.occurred_at);
    let latencies = times.map(|time| (now - time).as_seconds_f64().max(0.0) * 1e3);
    for latency in spread(latencies.collect()) {
        histogram!(RECORD_TO_POINTS).record(latency);
    }
}

/// Discord took a message.
pub fn digest_posted() {
    counter!(DIGESTS_POSTED).increment(1);
}

/// An audit has ended.
pub fn audited(differences: usize) {
    #[allow(clippy::cast_precision_loss, reason = "a metric is a floating-point number")]
    gauge!(AUDIT_DIFFERENCES).set(differences as f64);
}

/// At most [`MOST_VALUES`] of the values, evenly spread from the lowest to the highest, so that percentiles hold.
fn spread(mut values: Vec<f64>) -> Vec<f64> {
    if values.len() <= MOST_VALUES {
        return values;
    }
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    (0..MOST_VALUES).map(|i| values[i * last / (MOST_VALUES - 1)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_values_are_thinned_out_evenly() {
        let few = vec![3.0, 1.0, 2.0];
        assert_eq!(spread(few.clone()), few);
        let many = spread((0..1_000).rev().map(f64::from).collect());
        assert_eq!((many.len(), many[0], many[99]), (MOST_VALUES, 0.0, 999.0));
        assert!((many[50] - 500.0).abs() < 10.0, "{}", many[50]);
    }
}
