//! Runners and organizers.

use super::division::Gender;
use super::field::{FieldErrors, Fields, Invalid};
use super::iso_date;
use super::newtype::one_line;
use super::password::Password;
use serde::{Deserialize, Serialize};
use time::Date;

/// What a user is here for; 0 and 1 in JSON and in `user_db`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "i64")]
pub enum UserType {
    /// Runs races (0).
    Personal,
    /// Holds races (1).
    Organizer,
}

impl From<UserType> for u8 {
    fn from(user_type: UserType) -> Self {
        match user_type {
            UserType::Personal => 0,
            UserType::Organizer => 1,
        }
    }
}

impl TryFrom<i64> for UserType {
    type Error = Invalid;

    fn try_from(number: i64) -> Result<Self, Invalid> {
        match number {
            0 => Ok(Self::Personal),
            1 => Ok(Self::Organizer),
            _ => Err(Invalid::Choice("0, 1")),
        }
    }
}

one_line! {
    /// A user's public name.
    PersonName(1..=50)
}

impl PersonName {
    /// The name of somebody who has left.
    #[must_use]
    pub fn anonymous() -> Self {
        Self("탈퇴한 사용자".to_owned())
    }
}

/// What a user logs in with: 3 to 64 of `a-z 0-9 . _ @ + -`, in lower case, so that an e-mail address will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginId(String);

impl LoginId {
    /// The id itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LoginId {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let id = text.trim().to_ascii_lowercase();
        if !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._@+-".contains(&b)) {
            return Err(Invalid::Characters);
        }
        match id.len() {
            3..=64 => Ok(Self(id)),
            _ => Err(Invalid::Length { min: 3, max: 64 }),
        }
    }
}

/// A telephone number: digits with an optional leading `+`, 7 to 15 of them (ITU-T E.164), separators dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// The number without separators.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Phone {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let number: String = text
            .trim()
            .chars()
            .filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.'))
            .collect();
        let digits = number.strip_prefix('+').unwrap_or(&number);
        if (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(number))
        } else {
            Err(Invalid::Format("010-1234-5678"))
        }
    }
}

/// Parses a birth date: from 1900 on and not after `today`.
///
/// # Errors
/// [`Invalid`] for another shape or a date outside those bounds.
pub fn birth_date(text: &str, today: Date) -> Result<Date, Invalid> {
    iso_date::parse(text).and_then(|date| if date <= today { Ok(date) } else { Err(Invalid::Date) })
}

/// A sign-up as it arrives.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct SignUp {
    pub login_id: Option<String>,
    pub password: Option<String>,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub user_type: Option<i64>,
    pub gender: Option<String>,
    pub birth_date: Option<String>,
}

/// A user about to be created.
#[derive(Debug)]
pub struct NewUser {
    /// What the user will log in with.
    pub login_id: LoginId,
    /// What proves it.
    pub password: Password,
    /// Runner or organizer.
    pub user_type: UserType,
    /// What the user can change later.
    pub profile: Profile,
}

/// What users tell of themselves.
#[derive(Debug)]
pub struct Profile {
    /// The public name.
    pub name: PersonName,
    /// Where the user can be called.
    pub phone: Phone,
    /// As results count it, if told.
    pub gender: Option<Gender>,
    /// For the division, if told.
    pub birth_date: Option<Date>,
}

impl SignUp {
    /// The user this sign-up asks for.
    ///
    /// # Errors
    /// [`FieldErrors`] that names every refused field.
    pub fn parse(self, today: Date) -> Result<NewUser, FieldErrors> {
        let mut fields = Fields::default();
        let login_id = fields.required("login_id", self.login_id, LoginId::try_from);
        let password = fields.required("password", self.password, Password::try_from);
        let name = fields.required("name", self.name, PersonName::try_from);
        let phone = fields.required("phone", self.phone, Phone::try_from);
        let user_type = fields.required("user_type", self.user_type, UserType::try_from);
        let gender = fields.optional("gender", self.gender, Gender::try_from);
        let birth_date = fields.optional("birth_date", self.birth_date, |text| birth_date(&text, today));
        let (login_id, password, name, phone, user_type) =
            fields.finish((login_id, password, name, phone, user_type))?;
        let profile = Profile {
            name,
            phone,
            gender,
            birth_date,
        };
        Ok(NewUser {
            login_id,
            password,
            user_type,
            profile,
        })
    }
}

/// A change of a user as it arrives.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct NewUserChange {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub gender: Option<String>,
    pub birth_date: Option<String>,
    pub current_password: Option<String>,
    pub new_password: Option<String>,
}

/// A change of a user.
#[derive(Debug)]
pub struct UserChange {
    /// What the user tells from now on.
    pub profile: Profile,
    /// The new password, if it changes.
    pub password: Option<PasswordChange>,
}

/// A change of a password.
#[derive(Debug)]
pub struct PasswordChange {
    /// The password until now, as it was typed.
    pub current: String,
    /// The password from now on.
    pub new: Password,
}

impl NewUserChange {
    /// The change this asks for.
    ///
    /// # Errors
    /// [`FieldErrors`] that names every refused field.
    pub fn parse(self, today: Date) -> Result<UserChange, FieldErrors> {
        let mut fields = Fields::default();
        let name = fields.required("name", self.name, PersonName::try_from);
        let phone = fields.required("phone", self.phone, Phone::try_from);
        let gender = fields.optional("gender", self.gender, Gender::try_from);
        let birth_date = fields.optional("birth_date", self.birth_date, |text| birth_date(&text, today));
        let new = fields.optional("new_password", self.new_password, Password::try_from);
        if new.is_some() && self.current_password.is_none() {
            fields.refuse("current_password", Invalid::Required);
        }
        let (name, phone) = fields.finish((name, phone))?;
        let password = new
            .zip(self.current_password)
            .map(|(new, current)| PasswordChange { current, new });
        Ok(UserChange {
            profile: Profile {
                name,
                phone,
                gender,
                birth_date,
            },
            password,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn sign_up() -> SignUp {
        SignUp {
            login_id: Some("Runner@Example.com".into()),
            password: Some("long enough".into()),
            name: Some(" 김달리기 ".into()),
            phone: Some("010-1234-5678".into()),
            user_type: Some(0),
            gender: Some("F".into()),
            birth_date: Some("1990-02-28".into()),
        }
    }

    #[test]
    fn a_sign_up_is_normalized() {
        let user = sign_up().parse(date!(2026 - 11 - 23)).unwrap();
        assert_eq!(user.login_id.as_str(), "runner@example.com");
        assert_eq!(user.profile.name.as_str(), "김달리기");
        assert_eq!(user.profile.phone.as_str(), "01012345678");
        assert_eq!(user.user_type, UserType::Personal);
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad = SignUp {
            login_id: Some("no spaces".into()),
            password: Some("short".into()),
            name: Some("\u{0}".into()),
            phone: Some("call me".into()),
            user_type: Some(2),
            gender: Some("f".into()),
            birth_date: Some("2027-01-01".into()),
        };
        let FieldErrors(errors) = bad.parse(date!(2026 - 11 - 23)).unwrap_err();
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "login_id",
                "password",
                "name",
                "phone",
                "user_type",
                "gender",
                "birth_date"
            ]
        );
    }
}
