//! Accounts: signing up, and requests in a user's name.

use crate::api::{Answer, Api, ApiError, Call};
use crate::field::Gender;
use crate::step::Step;
use futures_util::lock::Mutex;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::json;
use time::Date;

/// What a user logs in with.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Unique among all users.
    pub login_id: String,
    /// What proves it.
    pub password: String,
}

/// Somebody about to sign up.
#[derive(Debug)]
pub struct Newcomer {
    /// To log in with.
    pub credentials: Credentials,
    /// The public name.
    pub name: String,
    /// Where the user can be called.
    pub phone: String,
    /// What the user is here for.
    pub role: Role,
}

/// What a user is here for.
#[derive(Debug)]
pub enum Role {
    /// Holds races.
    Organizer,
    /// Runs races.
    Runner {
        /// As results count it.
        gender: Gender,
        /// For the division.
        birth_date: Date,
    },
}

/// What to do about a login id that is taken at the first try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfTaken {
    /// It must not be: the login id was made for this race.
    Refuse,
    /// The account is one of ours from an earlier race.
    Reuse,
}

/// A user who signed up.
#[derive(Debug)]
pub struct Account {
    credentials: Credentials,
    /// The user's number.
    pub user_id: u64,
    token: Mutex<Option<String>>,
}

#[derive(Deserialize)]
struct SignedUp {
    user_id: u64,
}

#[derive(Deserialize)]
struct LoggedIn {
    token: String,
    user: SignedUp,
}

/// Signs up, or logs in if that was done before.
pub async fn sign_up(api: &Api, new: &Newcomer, if_taken: IfTaken, step: &Step) -> Result<Account, ApiError> {
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
    let answer = api.send(&Call::post("/users", &body), step).await?;
    let exists = answer.status() == StatusCode::CONFLICT && answer.is_problem("login-id-taken");
    let (user_id, token) = if exists && (answer.retried || if_taken == IfTaken::Reuse) {
        let LoggedIn { token, user } = log_in(api, &new.credentials, step).await?;
        (user.user_id, Some(token))
    } else {
        (answer.read::<SignedUp>(StatusCode::CREATED)?.user_id, None)
    };
    Ok(Account {
        credentials: new.credentials.clone(),
        user_id,
        token: Mutex::new(token),
    })
}

async fn log_in(api: &Api, credentials: &Credentials, step: &Step) -> Result<LoggedIn, ApiError> {
    let body = json!({ "login_id": credentials.login_id, "password": credentials.password });
    api.send(&Call::post("/users/login", &body), step)
        .await?
        .read(StatusCode::OK)
}

impl Account {
    /// Logs in.
    pub async fn log_in(&self, api: &Api, step: &Step) -> Result<(), ApiError> {
        let LoggedIn { token, .. } = log_in(api, &self.credentials, step).await?;
        *self.token.lock().await = Some(token);
        Ok(())
    }

    /// Sends a request in this user's name; logs in again if the token has expired.
    pub async fn send(&self, api: &Api, call: &Call<'_>, step: &Step) -> Result<Answer, ApiError> {
        let token = self.token_other_than(None, api, step).await?;
        let answer = api.send(&call.with_token(&token), step).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        step.retried();
        let token = self.token_other_than(Some(&token), api, step).await?;
        let mut again = api.send(&call.with_token(&token), step).await?;
        again.retried |= answer.retried;
        Ok(again)
    }

    /// The token; a new one if it is the expired one. Of many requests that find it expired, one logs in.
    async fn token_other_than(&self, expired: Option<&str>, api: &Api, step: &Step) -> Result<String, ApiError> {
        let mut token = self.token.lock().await;
        if let Some(token) = token.as_deref().filter(|token| Some(*token) != expired) {
            return Ok(token.to_owned());
        }
        let new = log_in(api, &self.credentials, step).await?.token;
        *token = Some(new.clone());
        Ok(new)
    }
}
