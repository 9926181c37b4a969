//! Reads points, results and player counts from the API.

use crate::account::Account;
use crate::api::{ApiClient, ApiError, PageReader, Request};
use crate::phase::Phase;
use reqwest::StatusCode;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
pub struct LedgerEntry {
    pub marathon_id: String,
    pub bib: String,
    pub point: i64,
}

/// An official record as the API lists it.
#[derive(Debug, Clone, Deserialize)]
pub struct ListedRecord {
    pub bib: String,
    pub status: String,
    pub net_time: Option<String>,
    pub gun_time: Option<String>,
    /// Overall.
    pub place: Option<u64>,
}

#[derive(Deserialize)]
struct UserPoints {
    total_point: i64,
}

/// A user's total over all races, and the ledger entries of one race.
pub async fn points(
    api: &ApiClient,
    account: &Account,
    marathon_id: &str,
    phase: &Phase,
) -> Result<(i64, Vec<LedgerEntry>), ApiError> {
    let (mut total, mut entries) = (0, Vec::new());
    let mut pages = PageReader::authenticated(api, account, "/users/me/points?limit=100");
    while let Some(page) = pages.next::<LedgerEntry, UserPoints>(phase).await? {
        total = page.extra.total_point;
        entries.extend(page.items.into_iter().filter(|entry| entry.marathon_id == marathon_id));
    }
    Ok((total, entries))
}

/// A user's total over all races, which is public.
pub async fn total_point(api: &ApiClient, user_id: u64, phase: &Phase) -> Result<i64, ApiError> {
    let response = api
        .send(&Request::get(&format!("/users/{user_id}/points?limit=1")), phase)
        .await?;
    response
        .json::<UserPoints>(StatusCode::OK)
        .map(|points| points.total_point)
}

pub async fn official_records(
    api: &ApiClient,
    marathon_id: &str,
    phase: &Phase,
) -> Result<Vec<ListedRecord>, ApiError> {
    let mut records = Vec::new();
    let mut pages = PageReader::public(api, &format!("/marathons/{marathon_id}/official-records?limit=500"));
    while let Some(page) = pages.next::<_, ()>(phase).await? {
        records.extend(page.items);
    }
    Ok(records)
}

pub async fn player_count(api: &ApiClient, marathon_id: &str, phase: &Phase) -> Result<usize, ApiError> {
    #[derive(Deserialize)]
    struct Marathon {
        player_count: usize,
    }
    let response = api
        .send(&Request::get(&format!("/marathons/{marathon_id}")), phase)
        .await?;
    response
        .json::<Marathon>(StatusCode::OK)
        .map(|marathon| marathon.player_count)
}
