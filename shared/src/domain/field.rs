//! What is wrong with a field of the input, collected so that one answer names every field.

use crate::text::Text;
use std::fmt;

/// Why a field's value was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The field is missing or null.
    #[error("is required")]
    Required,
    /// The value is of another JSON type; the parser's own words.
    #[error("has the wrong type: {0}")]
    Type(String),
    /// No such field is known here.
    #[error("is not a known field")]
    Unknown,
    /// The text has too few or too many characters.
    #[error("needs {min} to {max} characters")]
    Length {
        /// Fewest characters allowed.
        min: usize,
        /// Most characters allowed.
        max: usize,
    },
    /// The number is too small or too large.
    #[error("must be from {min} to {max}")]
    Range {
        /// Smallest number allowed.
        min: i64,
        /// Largest number allowed.
        max: i64,
    },
    /// The text has another shape than this.
    #[error("must look like {0}")]
    Format(&'static str),
    /// The text has characters that are not allowed.
    #[error("has characters that are not allowed")]
    Characters,
    /// The value is none of these.
    #[error("must be one of {0}")]
    Choice(&'static str),
    /// A day outside what makes sense for the field.
    #[error("is not a date allowed here")]
    Date,
    /// The end of a period lies before its start or too far after it.
    #[error("must be after the start, by ten years at most")]
    Period,
    /// A chip time longer than the gun time of the same run.
    #[error("must not be longer than gun_time")]
    NetAfterGun,
    /// A finisher without any time.
    #[error("a finisher needs net_time or gun_time")]
    NoTime,
    /// A time for somebody who has none.
    #[error("only a finisher has this")]
    NotFinished,
    /// Splits that do not grow in distance and time, or exceed the race.
    #[error("must grow in distance and time, within the race")]
    Splits,
    /// Neither or both of two fields that exclude each other.
    #[error("give exactly one of bib and user_id")]
    BibOrUser,
    /// A division of another gender than the one asked for.
    #[error("is a division of another gender")]
    DivisionOfOther,
    /// Nothing to add or take.
    #[error("must not be zero")]
    Zero,
    /// Not the user's password.
    #[error("is not the current password")]
    WrongPassword,
    /// Fewer places than are taken.
    #[error("must not be below the number of players")]
    BelowPlayers,
    /// A cursor that this list did not hand out.
    #[error("is not a cursor of this list")]
    Cursor,
}

impl Invalid {
    /// The reason, for people.
    #[must_use]
    pub fn text(&self) -> Text {
        let korean = match self {
            Self::Required => "필수 항목입니다.".into(),
            Self::Type(_) => "값의 형식(타입)이 올바르지 않습니다.".into(),
            Self::Unknown => "알 수 없는 항목입니다.".into(),
            Self::Length { min, max } => format!("{min}자 이상 {max}자 이하여야 합니다."),
            Self::Range { min, max } => format!("{min} 이상 {max} 이하여야 합니다."),
            Self::Format(shape) => format!("{shape} 형식이어야 합니다."),
            Self::Characters => "사용할 수 없는 문자가 있습니다.".into(),
            Self::Choice(choices) => format!("다음 중 하나여야 합니다: {choices}"),
            Self::Date => "사용할 수 없는 날짜입니다.".into(),
            Self::Period => "시작보다 뒤여야 하며 기간은 10년 이하여야 합니다.".into(),
            Self::NetAfterGun => "gun_time보다 길 수 없습니다.".into(),
            Self::NoTime => "완주 기록에는 net_time 또는 gun_time이 필요합니다.".into(),
            Self::NotFinished => "완주한 경우에만 입력할 수 있습니다.".into(),
            Self::Splits => "거리와 시간이 순서대로 늘어나야 하며 대회 거리 이내여야 합니다.".into(),
            Self::BibOrUser => "bib와 user_id 중 하나만 입력해야 합니다.".into(),
            Self::DivisionOfOther => "다른 성별의 부문입니다.".into(),
            Self::Zero => "0일 수 없습니다.".into(),
            Self::WrongPassword => "현재 비밀번호가 아닙니다.".into(),
            Self::BelowPlayers => "현재 참가자 수보다 작을 수 없습니다.".into(),
            Self::Cursor => "이 목록의 커서가 아닙니다.".into(),
        };
        Text::new(korean, self.to_string())
    }
}

/// One refused field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's path, such as `splits[2].time`.
    pub field: String,
    /// Why its value was refused.
    pub reason: Invalid,
}

/// Every refused field of one input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// A single refused field.
    #[must_use]
    pub fn one(field: impl Into<String>, reason: Invalid) -> Self {
        Self(vec![FieldError {
            field: field.into(),
            reason,
        }])
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(out, "{comma}{} {}", error.field, error.reason)?;
        }
        Ok(())
    }
}

/// Parses fields one by one and remembers each that is refused.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// Parses a field that must be there.
    pub fn required<R, T>(
        &mut self,
        field: &str,
        raw: Option<R>,
        parse: impl FnOnce(R) -> Result<T, Invalid>,
    ) -> Option<T> {
        if raw.is_none() {
            self.refuse(field, Invalid::Required);
        }
        self.optional(field, raw, parse)
    }

    /// Parses a field that may be left out.
    pub fn optional<R, T>(
        &mut self,
        field: &str,
        raw: Option<R>,
        parse: impl FnOnce(R) -> Result<T, Invalid>,
    ) -> Option<T> {
        match parse(raw?) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.refuse(field, reason);
                None
            }
        }
    }

    /// Remembers a field that was refused for a reason of its own.
    pub fn refuse(&mut self, field: impl Into<String>, reason: Invalid) {
        self.0.push(FieldError {
            field: field.into(),
            reason,
        });
    }

    /// The required values, or every refused field.
    ///
    /// # Errors
    /// [`FieldErrors`] when any field was refused.
    pub fn finish<R: Required>(self, required: R) -> Result<R::Values, FieldErrors> {
        match required.values() {
            Some(values) if self.0.is_empty() => Ok(values),
            _ => Err(FieldErrors(self.0)),
        }
    }
}

/// A tuple of the results of [`Fields::required`].
pub trait Required {
    /// The tuple without its options.
    type Values;

    /// All the values, if all are there.
    fn values(self) -> Option<Self::Values>;
}

macro_rules! required {
    ($($name:ident)*) => {
        impl<$($name),*> Required for ($(Option<$name>,)*) {
            type Values = ($($name,)*);

            #[allow(non_snake_case, reason = "the macro names a value after its type")]
            fn values(self) -> Option<Self::Values> {
                let ($($name,)*) = self;
                Some(($($name?,)*))
            }
        }
    };
}
required!();
required!(A);
required!(A B);
required!(A B C);
required!(A B C D);
required!(A B C D E);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refused_field_is_named() {
        let mut fields = Fields::default();
        let one = fields.required("one", Some(1), |n: i32| Ok(n));
        let two = fields.required("two", None, |n: i32| Ok(n));
        let _: Option<i32> = fields.optional("three", Some(3), |_| Err(Invalid::Characters));
        let errors = fields.finish((one, two)).unwrap_err();
        assert_eq!(
            errors.to_string(),
            "two is required, three has characters that are not allowed"
        );
    }

    #[test]
    fn a_refused_optional_field_is_enough_to_fail() {
        let mut fields = Fields::default();
        let one = fields.required("one", Some(1), |n: i32| Ok(n));
        fields.refuse("two", Invalid::Unknown);
        assert!(fields.finish((one,)).is_err());
    }
}
