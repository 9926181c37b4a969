//! Texts for people, in Korean and English.

use std::borrow::Cow;

/// A language of every text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    Korean,
    English,
}

impl Language {
    /// The language of an `Accept-Language` header (RFC 9110, section 12.5.4): English if it has a higher quality than
    /// Korean, otherwise Korean.
    #[must_use]
    pub fn preferred(accept_language: &str) -> Self {
        let mut best = (Self::Korean, 0.0);
        for range in accept_language.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let language = match parts.next().and_then(|tag| tag.split('-').next()) {
                Some(primary) if primary.eq_ignore_ascii_case("en") => Self::English,
                Some(primary) if primary.eq_ignore_ascii_case("ko") => Self::Korean,
                _ => continue,
            };
            let quality = parts.find_map(|part| part.strip_prefix("q="));
            let quality = quality.map_or(1.0, |text| text.parse().unwrap_or(0.0));
            if quality > best.1 {
                best = (language, quality);
            }
        }
        best.0
    }

    /// The language tag (RFC 5646).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Korean => "ko",
            Self::English => "en",
        }
    }
}

/// A text in each language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalizedText {
    korean: Cow<'static, str>,
    english: Cow<'static, str>,
}

impl LocalizedText {
    /// A text with values in it.
    pub fn new(korean: impl Into<Cow<'static, str>>, english: impl Into<Cow<'static, str>>) -> Self {
        Self {
            korean: korean.into(),
            english: english.into(),
        }
    }

    /// A constant text.
    #[must_use]
    pub const fn fixed(korean: &'static str, english: &'static str) -> Self {
        Self {
            korean: Cow::Borrowed(korean),
            english: Cow::Borrowed(english),
        }
    }

    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Korean => &self.korean,
            Language::English => &self.english,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefers_english_only_with_higher_quality() {
        for (header, language) in [
            ("", Language::Korean),
            ("ko-KR,ko;q=0.9,en;q=0.8", Language::Korean),
            ("en-US,en;q=0.9,ko;q=0.8", Language::English),
            ("en", Language::English),
            ("EN-gb", Language::English),
            ("en;q=0", Language::Korean),
            ("fr, en;q=0.2", Language::English),
            ("en;q=0.3, ko;q=0.7", Language::Korean),
            ("ko, en", Language::Korean),
            ("en;q=abc", Language::Korean),
            ("*", Language::Korean),
        ] {
            assert_eq!(Language::preferred(header), language, "{header:?}");
        }
    }
}
