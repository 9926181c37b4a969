//! Structured logs: one JSON object a line, for CloudWatch Logs Insights.

use tracing::level_filters::LevelFilter;

/// Starts logging at `AWS_LAMBDA_LOG_LEVEL` (default: info), with the fields of the current span on every line.
///
/// Logs contain ids and counts, never secrets, bodies or personal data.
pub fn start() {
    let level = crate::config::optional("AWS_LAMBDA_LOG_LEVEL").and_then(|level| level.parse().ok());
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_target(false)
        .with_max_level(level.unwrap_or(LevelFilter::INFO))
        .finish();
    // Fails only if logging is already set up.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
