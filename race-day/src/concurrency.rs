//! Bounded concurrency.

use crate::api::ApiError;
use crate::phase::Phase;
use futures_util::{StreamExt, TryStreamExt, stream};

/// Runs the futures, at most `concurrency` at once, until the first error. Returns their results in the order
/// of the futures.
pub async fn run_concurrently<T, F>(
    futures: impl Iterator<Item = F>,
    concurrency: usize,
    phase: &Phase,
) -> Result<Vec<T>, ApiError>
where
    F: Future<Output = Result<T, ApiError>>,
{
    let indexed = futures.enumerate().map(|(index, future)| async move {
        let value = future.await?;
        phase.record_completed();
        Ok((index, value))
    });
    // Not `buffered`, in which a slow request would delay the next ones.
    let mut results: Vec<(usize, T)> = stream::iter(indexed)
        .buffer_unordered(concurrency)
        .try_collect()
        .await?;
    results.sort_unstable_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, value)| value).collect())
}
