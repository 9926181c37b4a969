//! The site as a browser loads it.

use crate::stack::{Stack, client};
use reqwest::header::HeaderMap;

/// The response to a path of the site, after redirects.
#[derive(Debug)]
pub struct Page {
    pub path: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    pub async fn get(path: &str) -> Self {
        let url = format!("{}{path}", Stack::get().site());
        let response = client().get(url).send().await.unwrap();
        Self {
            path: response.url().path().to_owned(),
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.unwrap(),
        }
    }

    /// The value of a header; panics without it.
    #[track_caller]
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        let value = value.unwrap_or_else(|| panic!("{}: no {name} in {:?}", self.path, self.headers));
        value.to_str().unwrap()
    }
}
