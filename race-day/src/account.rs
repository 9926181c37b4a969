//! User accounts: sign-up, login and authenticated requests.

use crate::api::{ApiClient, ApiError, Request, Response};
use crate::phase::Phase;
use crate::runner::Gender;
use futures_util::lock::Mutex;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::json;
use time::Date;

#[derive(Debug, Clone)]
pub struct Credentials {
    pub login_id: String,
    pub password: String,
}

/// What a user signs up with.
#[derive(Debug)]
pub struct NewAccount {
    pub credentials: Credentials,
    pub name: String,
    pub phone: String,
    pub role: Role,
    pub if_exists: IfExists,
}

#[derive(Debug)]
pub enum Role {
    Organizer,
    Runner { gender: Gender, birth_date: Date },
}

/// What to do when the login id is taken and this was not a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfExists {
    Fail,
    LogIn,
}

#[derive(Debug)]
pub struct Account {
    pub user_id: u64,
    credentials: Credentials,
    access_token: Mutex<Option<String>>,
}

#[derive(Deserialize)]
struct User {
    user_id: u64,
}

#[derive(Deserialize)]
struct Login {
    token: String,
    user: User,
}

/// Signs up, or logs in if the account exists.
pub async fn sign_up(api: &ApiClient, new: NewAccount, phase: &Phase) -> Result<Account, ApiError> {
    let mut body = json!({
        "login_id": new.credentials.login_id,
        "password": new.credentials.password,
        "name": new.name,
        "phone": new.phone,
        "user_type": 1,
    });
    if let Role::Runner { gender, birth_date } = &new.role {
        body["user_type"] = json!(0);
        body["gender"] = json!(gender.to_string());
        body["birth_date"] = json!(birth_date.to_string());
    }
    let response = api.send(&Request::post("/users", &body), phase).await?;
    let exists = response.status == StatusCode::CONFLICT && response.is_problem("login-id-taken");
    let (user_id, access_token) = if exists && (response.was_retried || new.if_exists == IfExists::LogIn) {
        let Login { token, user } = log_in(api, &new.credentials, phase).await?;
        (user.user_id, Some(token))
    } else {
        (response.json::<User>(StatusCode::CREATED)?.user_id, None)
    };
    Ok(Account {
        user_id,
        credentials: new.credentials,
        access_token: Mutex::new(access_token),
    })
}

async fn log_in(api: &ApiClient, credentials: &Credentials, phase: &Phase) -> Result<Login, ApiError> {
    let body = json!({ "login_id": credentials.login_id, "password": credentials.password });
    api.send(&Request::post("/users/login", &body), phase)
        .await?
        .json(StatusCode::OK)
}

impl Account {
    pub async fn log_in(&self, api: &ApiClient, phase: &Phase) -> Result<(), ApiError> {
        let Login { token, .. } = log_in(api, &self.credentials, phase).await?;
        *self.access_token.lock().await = Some(token);
        Ok(())
    }

    /// Sends a request as this user. Logs in again if the token has expired.
    pub async fn send(&self, api: &ApiClient, request: &Request<'_>, phase: &Phase) -> Result<Response, ApiError> {
        let token = self.valid_token(None, api, phase).await?;
        let response = api.send(&request.with_token(&token), phase).await?;
        if response.status != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        phase.record_retry();
        let token = self.valid_token(Some(&token), api, phase).await?;
        let mut second_response = api.send(&request.with_token(&token), phase).await?;
        second_response.was_retried |= response.was_retried;
        Ok(second_response)
    }

    /// The current token, or a new one if the current is the expired one. The lock makes one of several concurrent
    /// requests log in.
    async fn valid_token(&self, expired: Option<&str>, api: &ApiClient, phase: &Phase) -> Result<String, ApiError> {
        let mut current = self.access_token.lock().await;
        if let Some(token) = current.as_deref().filter(|token| Some(*token) != expired) {
            return Ok(token.to_owned());
        }
        let token = log_in(api, &self.credentials, phase).await?.token;
        *current = Some(token.clone());
        Ok(token)
    }
}
