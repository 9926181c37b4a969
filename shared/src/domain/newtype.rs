//! Macros for the domain's newtypes.

/// A whole number within a range: `bounded_number! { /// Doc. Name(1..=10) }`.
macro_rules! bounded_number {
    ($(#[$doc:meta])* $name:ident($min:literal..=$max:literal)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "i64")]
        pub struct $name(u32);

        impl $name {
            #[must_use]
            pub const fn get(self) -> u32 {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = $crate::domain::field::Invalid;

            fn try_from(number: i64) -> Result<Self, Self::Error> {
                match u32::try_from(number) {
                    Ok(small) if ($min..=$max).contains(&number) => Ok(Self(small)),
                    _ => Err($crate::domain::field::Invalid::Range { min: $min, max: $max }),
                }
            }
        }
    };
}

/// Whether a character is invisible: white space, zero-width characters, directional marks and the byte order mark.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// One line of text, trimmed, without control characters: `one_line! { /// Doc. Name(1..=100) }` (in characters).
macro_rules! one_line {
    ($(#[$doc:meta])* $name:ident($min:literal..=$max:literal)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::domain::field::Invalid;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                use $crate::domain::field::Invalid;
                let line = text.trim_matches($crate::domain::newtype::is_blank);
                if line.chars().any(char::is_control) {
                    return Err(Invalid::Characters);
                }
                match line.chars().count() {
                    $min..=$max => Ok(Self(line.to_owned())),
                    _ => Err(Invalid::Length { min: $min, max: $max }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
}

/// A `UUIDv7`, which sorts by the time it was generated.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Generates an id.
            #[must_use]
            #[allow(clippy::new_without_default, reason = "each call gives another value")]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::field::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match uuid::Uuid::try_parse(text) {
                    Ok(id) if text.len() == 36 => Ok(Self(id)),
                    _ => Err($crate::domain::field::Invalid::Format("UUID")),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(out)
            }
        }
    };
}

pub(crate) use {bounded_number, one_line, uuid_id};
