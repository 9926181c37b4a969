//! Asks the API for everything that can be checked after the race.

use crate::account::Account;
use crate::api::{Api, ApiError, Call};
use crate::pages::Pages;
use crate::step::Step;
use crate::verify::{LedgerLine, ListedRecord};
use reqwest::StatusCode;
use serde::Deserialize;

#[derive(Deserialize)]
struct Total {
    total_point: i64,
}

/// A user's total, and the lines of the ledger about one race.
pub async fn ledger(
    api: &Api,
    user: &Account,
    marathon_id: &str,
    step: &Step,
) -> Result<(i64, Vec<LedgerLine>), ApiError> {
    let (mut total, mut lines) = (0, Vec::new());
    let mut pages = Pages::of(api, user, "/users/me/points?limit=100");
    while let Some(page) = pages.next::<LedgerLine, Total>(step).await? {
        total = page.head.total_point;
        lines.extend(page.items.into_iter().filter(|line| line.marathon_id == marathon_id));
    }
    Ok((total, lines))
}

/// A user's total, as anyone may see it.
pub async fn total(api: &Api, user_id: u64, step: &Step) -> Result<i64, ApiError> {
    let answer = api
        .send(&Call::get(&format!("/users/{user_id}/points?limit=1")), step)
        .await?;
    answer.read::<Total>(StatusCode::OK).map(|total| total.total_point)
}

/// Every result of a race.
pub async fn records(api: &Api, marathon_id: &str, step: &Step) -> Result<Vec<ListedRecord>, ApiError> {
    let mut records = Vec::new();
    let mut pages = Pages::public(api, &format!("/marathons/{marathon_id}/official-records?limit=500"));
    while let Some(page) = pages.next::<_, ()>(step).await? {
        records.extend(page.items);
    }
    Ok(records)
}

/// How many runners take part in a race.
pub async fn player_count(api: &Api, marathon_id: &str, step: &Step) -> Result<usize, ApiError> {
    #[derive(Deserialize)]
    struct Race {
        player_count: usize,
    }
    let answer = api.send(&Call::get(&format!("/marathons/{marathon_id}")), step).await?;
    answer.read::<Race>(StatusCode::OK).map(|race| race.player_count)
}
