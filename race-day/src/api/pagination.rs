//! Reads lists page by page.

use super::{ApiClient, ApiError, Request, Response};
use crate::account::Account;
use crate::phase::Phase;
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// One page. `E` has the list's fields beside `items` and `next_cursor`.
#[derive(Debug, Deserialize)]
pub struct Page<T, E> {
    pub items: Vec<T>,
    #[serde(flatten)]
    pub extra: E,
    next_cursor: Option<String>,
}

pub struct PageReader<'a> {
    api: &'a ApiClient,
    account: Option<&'a Account>,
    path: String,
    cursor: Option<String>,
    is_finished: bool,
}

impl<'a> PageReader<'a> {
    /// Reads a public list. `path` must have a query, because the cursor is appended to it.
    pub fn public(api: &'a ApiClient, path: &str) -> Self {
        Self {
            api,
            account: None,
            path: path.to_owned(),
            cursor: None,
            is_finished: false,
        }
    }

    /// Reads a list as this user.
    pub fn authenticated(api: &'a ApiClient, account: &'a Account, path: &str) -> Self {
        Self {
            account: Some(account),
            ..Self::public(api, path)
        }
    }

    /// The next page, or `None` after the last.
    pub async fn next<T, E>(&mut self, phase: &Phase) -> Result<Option<Page<T, E>>, ApiError>
    where
        T: DeserializeOwned,
        E: DeserializeOwned,
    {
        if self.is_finished {
            return Ok(None);
        }
        let page: Page<T, E> = self.fetch(phase).await?.json(StatusCode::OK)?;
        // A repeated cursor would loop forever.
        self.is_finished = page.next_cursor.is_none() || page.next_cursor == self.cursor;
        self.cursor.clone_from(&page.next_cursor);
        Ok(Some(page))
    }

    async fn fetch(&self, phase: &Phase) -> Result<Response, ApiError> {
        let path = match &self.cursor {
            Some(cursor) => format!("{}&cursor={cursor}", self.path),
            None => self.path.clone(),
        };
        let request = Request::get(&path);
        match self.account {
            Some(account) => account.send(self.api, &request, phase).await,
            None => self.api.send(&request, phase).await,
        }
    }
}
