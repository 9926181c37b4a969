use crate::domain::division::Gender;
use crate::domain::id::UserId;
use crate::domain::iso_date;
use crate::domain::user::{NewUser, PersonName, UserType};
use crate::user_db::{User, UserSummary};
use serde::Serialize;
use time::Date;

/// A user as the user sees it.
#[derive(Debug, Serialize)]
pub struct UserView {
    pub user_id: UserId,
    pub login_id: String,
    pub name: PersonName,
    pub phone: String,
    pub user_type: UserType,
    pub gender: Option<Gender>,
    #[serde(with = "iso_date::option")]
    pub birth_date: Option<Date>,
    pub total_point: i64,
    pub revision: u32,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            user_id: user.user_id,
            login_id: user.login_id,
            name: user.name,
            phone: user.phone,
            user_type: user.user_type,
            gender: user.gender,
            birth_date: user.birth_date,
            total_point: user.total_point,
            revision: user.revision,
        }
    }
}

/// A user as everybody sees it.
#[derive(Debug, Serialize)]
pub struct PublicUserView {
    pub user_id: UserId,
    pub name: PersonName,
    pub total_point: i64,
}

impl From<User> for PublicUserView {
    fn from(user: User) -> Self {
        Self {
            user_id: user.user_id,
            name: user.name,
            total_point: user.total_point,
        }
    }
}

/// A user as organizers see it.
#[derive(Debug, Serialize)]
pub struct UserSummaryView {
    pub user_id: UserId,
    pub name: PersonName,
    pub user_type: UserType,
    pub total_point: i64,
}

impl From<UserSummary> for UserSummaryView {
    fn from(user: UserSummary) -> Self {
        Self {
            user_id: user.user_id,
            name: user.name,
            user_type: user.user_type,
            total_point: user.total_point,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct SignedUpView {
    pub user_id: UserId,
    pub login_id: String,
    pub name: PersonName,
    pub user_type: UserType,
}

impl SignedUpView {
    #[must_use]
    pub fn new(user_id: UserId, user: NewUser) -> Self {
        Self {
            user_id,
            login_id: user.login_id.as_str().to_owned(),
            name: user.profile.name,
            user_type: user.user_type,
        }
    }
}
