//! User accounts: runners and organizers.

use super::division::Gender;
use super::field::{FieldErrors, Fields, Invalid};
use super::iso_date;
use super::newtype::one_line;
use super::password::Password;
use serde::{Deserialize, Serialize};
use time::Date;

/// 0 and 1 in JSON and in `user_db`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "i64")]
pub enum UserType {
    /// A runner (0).
    Personal,
    /// An organizer (1).
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
    /// The name of a deleted account.
    #[must_use]
    pub fn anonymous() -> Self {
        Self("탈퇴한 사용자".to_owned())
    }
}

/// 3 to 64 characters of `a-z 0-9 . _ @ + -`, normalized to lower case; an e-mail address is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginId(String);

impl LoginId {
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

/// A telephone number: an optional `+` and 7 to 15 digits (ITU-T E.164); separators are removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Without separators.
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

/// Parses a birth date from 1900 to `today`.
pub fn birth_date(text: &str, today: Date) -> Result<Date, Invalid> {
    iso_date::parse(text).and_then(|date| if date <= today { Ok(date) } else { Err(Invalid::Date) })
}

/// The body of a sign-up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignUpInput {
    pub login_id: Option<String>,
    pub password: Option<String>,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub user_type: Option<i64>,
    pub gender: Option<String>,
    pub birth_date: Option<String>,
}

/// A valid sign-up.
#[derive(Debug)]
pub struct NewUser {
    pub login_id: LoginId,
    pub password: Password,
    pub user_type: UserType,
    pub profile: Profile,
}

/// The data that users can change.
#[derive(Debug)]
pub struct Profile {
    /// Public.
    pub name: PersonName,
    pub phone: Phone,
    pub gender: Option<Gender>,
    pub birth_date: Option<Date>,
}

impl SignUpInput {
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

/// The body of an update.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserChangeInput {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub gender: Option<String>,
    pub birth_date: Option<String>,
    pub current_password: Option<String>,
    pub new_password: Option<String>,
}

/// A valid update.
#[derive(Debug)]
pub struct UserChange {
    pub profile: Profile,
    pub password: Option<PasswordChange>,
}

#[derive(Debug)]
pub struct PasswordChange {
    pub current: String,
    pub new: Password,
}

impl UserChangeInput {
    pub fn parse(self, today: Date) -> Result<UserChange, FieldErrors> {
        let mut fields = Fields::default();
        let name = fields.required("name", self.name, PersonName::try_from);
        let phone = fields.required("phone", self.phone, Phone::try_from);
        let gender = fields.optional("gender", self.gender, Gender::try_from);
        let birth_date = fields.optional("birth_date", self.birth_date, |text| birth_date(&text, today));
        let new = fields.optional("new_password", self.new_password, Password::try_from);
        if new.is_some() && self.current_password.is_none() {
            fields.reject("current_password", Invalid::Required);
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

    fn sign_up() -> SignUpInput {
        SignUpInput {
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
    fn normalizes_a_sign_up() {
        let user = sign_up().parse(date!(2026 - 11 - 23)).unwrap();
        assert_eq!(user.login_id.as_str(), "runner@example.com");
        assert_eq!(user.profile.name.as_str(), "김달리기");
        assert_eq!(user.profile.phone.as_str(), "01012345678");
        assert_eq!(user.user_type, UserType::Personal);
    }

    #[test]
    fn names_every_invalid_field() {
        let bad = SignUpInput {
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
