//! Validation of input fields, collecting every error so that one response names them all.

use std::fmt;

/// Why a value is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Missing or null.
    #[error("is required")]
    Required,
    /// Another JSON type, with the parser's message.
    #[error("has the wrong type: {0}")]
    Type(String),
    #[error("is not a known field")]
    Unknown,
    #[error("needs {min} to {max} characters")]
    Length { min: usize, max: usize },
    #[error("must be from {min} to {max}")]
    Range { min: i64, max: i64 },
    /// Not in the format of this example.
    #[error("must look like {0}")]
    Format(&'static str),
    #[error("has characters that are not allowed")]
    Characters,
    /// Not one of these values.
    #[error("must be one of {0}")]
    Choice(&'static str),
    /// A valid date outside the field's range.
    #[error("is not a date allowed here")]
    Date,
    #[error("must be after the start, by ten years at most")]
    Period,
    #[error("must not be longer than gun_time")]
    NetAfterGun,
    #[error("a finisher needs net_time or gun_time")]
    NoTime,
    #[error("only a finisher has this")]
    NotFinished,
    #[error("must grow in distance and time, within the race")]
    Splits,
    #[error("give exactly one of bib and user_id")]
    BibOrUser,
    #[error("is a division of another gender")]
    DivisionOfOther,
    #[error("must not be zero")]
    Zero,
    #[error("is not the current password")]
    WrongPassword,
    /// A capacity below the number of players.
    #[error("must not be below the number of players")]
    BelowPlayers,
    #[error("is not a cursor of this list")]
    Cursor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The path of the field, such as `splits[2].time`.
    pub field: String,
    pub reason: Invalid,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
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

/// Parses fields one by one and collects the errors.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    pub fn required<R, T>(
        &mut self,
        field: &str,
        raw: Option<R>,
        parse: impl FnOnce(R) -> Result<T, Invalid>,
    ) -> Option<T> {
        if raw.is_none() {
            self.reject(field, Invalid::Required);
        }
        self.optional(field, raw, parse)
    }

    pub fn optional<R, T>(
        &mut self,
        field: &str,
        raw: Option<R>,
        parse: impl FnOnce(R) -> Result<T, Invalid>,
    ) -> Option<T> {
        match parse(raw?) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.reject(field, reason);
                None
            }
        }
    }

    pub fn reject(&mut self, field: impl Into<String>, reason: Invalid) {
        self.0.push(FieldError {
            field: field.into(),
            reason,
        });
    }

    /// The required values, or every error.
    pub fn finish<R: Required>(self, required: R) -> Result<R::Values, FieldErrors> {
        match required.values() {
            Some(values) if self.0.is_empty() => Ok(values),
            _ => Err(FieldErrors(self.0)),
        }
    }
}

/// A tuple of the results of [`Fields::required`].
pub trait Required {
    type Values;

    /// The values, if none is missing.
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
    fn collects_every_error() {
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
    fn fails_on_an_invalid_optional_field() {
        let mut fields = Fields::default();
        let one = fields.required("one", Some(1), |n: i32| Ok(n));
        fields.reject("two", Invalid::Unknown);
        assert!(fields.finish((one,)).is_err());
    }
}
