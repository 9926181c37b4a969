//! CloudWatch metrics of the pipeline, logged in the Embedded Metric Format once for each invocation.
//!
//! They are in the namespace [`NAMESPACE`] with the dimension `Stack`, and contain counts and times, never ids or personal
//! data.

use crate::config;
use crate::domain::point_event::PointEvent;
use ::metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_cloudwatch_embedded::{Builder, Collector};
use std::sync::OnceLock;
use time::OffsetDateTime;

pub const NAMESPACE: &str = "mrmrthon";

/// Stream records received.
const RECORDS_SEEN: &str = "RecordsSeen";
/// Points added to the ledger.
const POINTS_AWARDED: &str = "PointsAwarded";
/// Points taken back in the ledger.
const POINTS_REVOKED: &str = "PointsRevoked";
/// Events that were already in the ledger.
const DUPLICATES_IGNORED: &str = "DuplicatesIgnored";
/// Deliveries of stream records and messages that cannot be processed; the log has the reason of each.
const POISON_MESSAGES: &str = "PoisonMessages";
/// Time from the change of a record to its points in the ledger, in ms.
const RECORD_TO_POINTS: &str = "RecordToPoints";
/// Messages posted to Discord.
const DIGESTS_POSTED: &str = "DigestsPosted";
/// Differences between records, ledger and totals that the last audit found.
const AUDIT_DIFFERENCES: &str = "AuditDifferences";

/// The most values of one metric in an EMF record.
const MAX_VALUES: usize = 100;

static COLLECTOR: OnceLock<&Collector> = OnceLock::new();

/// Installs the recorder. Counters are ignored in functions that do not call this.
pub fn start() {
    let stack = config::optional("TABLE_PREFIX").unwrap_or_else(|| "unknown".to_owned());
    let builder = Builder::new().cloudwatch_namespace(NAMESPACE);
    // Fails only if the recorder is already installed.
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

/// Logs the metrics since the last flush.
pub fn flush() {
    if let Some(collector) = COLLECTOR.get()
        && let Err(error) = collector.flush(std::io::stdout().lock())
    {
        tracing::warn!(%error, "metrics cannot be written");
    }
}

pub fn records_seen(count: usize) {
    counter!(RECORDS_SEEN).increment(count as u64);
}

pub fn poison_message() {
    counter!(POISON_MESSAGES).increment(1);
}

pub fn duplicates_ignored(count: usize) {
    counter!(DUPLICATES_IGNORED).increment(count as u64);
}

/// Events were added to the ledger at `now`.
pub fn points_posted(events: &[PointEvent], now: OffsetDateTime) {
    let sum = |points: &mut dyn Iterator<Item = i64>| points.map(i64::unsigned_abs).sum();
    let points = || events.iter().map(|event| event.point);
    counter!(POINTS_AWARDED).increment(sum(&mut points().filter(|point| *point > 0)));
    counter!(POINTS_REVOKED).increment(sum(&mut points().filter(|point| *point < 0)));
    let times = events.iter().filter_map(|event| event.occurred_at);
    let latencies = times.map(|time| (now - time).as_seconds_f64().max(0.0) * 1e3);
    for latency in sample(latencies.collect()) {
        histogram!(RECORD_TO_POINTS).record(latency);
    }
}

pub fn digest_posted() {
    counter!(DIGESTS_POSTED).increment(1);
}

pub fn audited(differences: usize) {
    #[allow(clippy::cast_precision_loss, reason = "a metric is a floating-point number")]
    gauge!(AUDIT_DIFFERENCES).set(differences as f64);
}

/// At most [`MAX_VALUES`] of the values, evenly sampled in sorted order, which preserves percentiles.
fn sample(mut values: Vec<f64>) -> Vec<f64> {
    if values.len() <= MAX_VALUES {
        return values;
    }
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    (0..MAX_VALUES).map(|i| values[i * last / (MAX_VALUES - 1)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_many_values_evenly() {
        let few = vec![3.0, 1.0, 2.0];
        assert_eq!(sample(few.clone()), few);
        let many = sample((0..1_000).rev().map(f64::from).collect());
        assert_eq!((many.len(), many[0], many[99]), (MAX_VALUES, 0.0, 999.0));
        assert!((many[50] - 500.0).abs() < 10.0, "{}", many[50]);
    }
}
