//! Lists, page by page.

use crate::account::Account;
use crate::api::{Answer, Api, ApiError, Call};
use crate::step::Step;
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// One page, with what is said about the whole list on each of them.
#[derive(Debug, Deserialize)]
pub struct Page<T, H> {
    /// Its rows.
    pub items: Vec<T>,
    /// About the whole list.
    #[serde(flatten)]
    pub head: H,
    next_cursor: Option<String>,
}

/// A list being read.
pub struct Pages<'a> {
    api: &'a Api,
    reader: Option<&'a Account>,
    path: String,
    cursor: Option<String>,
    at_end: bool,
}

impl<'a> Pages<'a> {
    /// A list that anyone may read, from its beginning; the path has a query already.
    pub fn public(api: &'a Api, path: &str) -> Self {
        Self {
            api,
            reader: None,
            path: path.to_owned(),
            cursor: None,
            at_end: false,
        }
    }

    /// A list that this user may read.
    pub fn of(api: &'a Api, reader: &'a Account, path: &str) -> Self {
        Self {
            reader: Some(reader),
            ..Self::public(api, path)
        }
    }

    /// The next page; none after the last.
    pub async fn next<T, H>(&mut self, step: &Step) -> Result<Option<Page<T, H>>, ApiError>
    where
        T: DeserializeOwned,
        H: DeserializeOwned,
    {
        if self.at_end {
            return Ok(None);
        }
        let page: Page<T, H> = self.answer(step).await?.read(StatusCode::OK)?;
        // A cursor that leads nowhere must not keep the race going for ever.
        self.at_end = page.next_cursor.is_none() || page.next_cursor == self.cursor;
        self.cursor.clone_from(&page.next_cursor);
        Ok(Some(page))
    }

    async fn answer(&self, step: &Step) -> Result<Answer, ApiError> {
        let path = match &self.cursor {
            Some(cursor) => format!("{}&cursor={cursor}", self.path),
            None => self.path.clone(),
        };
        match self.reader {
            Some(reader) => reader.send(self.api, &Call::get(&path), step).await,
            None => self.api.send(&Call::get(&path), step).await,
        }
    }
}
