//! Filters and search over the results of a race.

use super::division::{Division, Gender};
use super::field::{FieldErrors, Fields, Invalid};
use serde::Deserialize;

/// The query parameters of a list of results.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultQueryInput {
    pub gender: Option<String>,
    pub division: Option<String>,
    pub q: Option<String>,
}

/// A search by prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// In upper case.
    Bib(String),
    /// In lower case.
    Name(String),
}

/// Results by place within a gender or division, or the matches of a search within them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ResultQuery {
    pub gender: Option<Gender>,
    /// A division of `gender`, if both are set.
    pub division: Option<Division>,
    pub search: Option<Search>,
}

impl ResultQueryInput {
    /// A search with a digit matches bibs, any other matches names.
    pub fn parse(self) -> Result<ResultQuery, FieldErrors> {
        let mut fields = Fields::default();
        let gender = fields.optional("gender", self.gender, Gender::try_from);
        let division = fields.optional("division", self.division, Division::try_from);
        let search = fields.optional("q", self.q, |text| match text.trim() {
            "" => Err(Invalid::Length { min: 1, max: 50 }),
            text if text.chars().count() > 50 => Err(Invalid::Length { min: 1, max: 50 }),
            text if text.bytes().any(|b| b.is_ascii_digit()) => Ok(Search::Bib(text.to_ascii_uppercase())),
            text => Ok(Search::Name(text.to_lowercase())),
        });
        if let (Some(gender), Some(division)) = (gender, &division)
            && !division.as_str().starts_with(&gender.to_string())
        {
            fields.reject("division", Invalid::DivisionOfOther);
        }
        fields.finish(())?;
        Ok(ResultQuery {
            gender,
            division,
            search,
        })
    }
}

impl ResultQuery {
    /// Distinguishes this query in cursors.
    #[must_use]
    pub fn scope(&self) -> String {
        format!("{:?}", (&self.gender, &self.division, &self.search))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(gender: Option<&str>, division: Option<&str>, q: Option<&str>) -> ResultQueryInput {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        ResultQueryInput {
            gender: owned(gender),
            division: owned(division),
            q: owned(q),
        }
    }

    #[test]
    fn digits_search_bibs_and_letters_search_names() {
        let search = |q| query(None, None, Some(q)).parse().unwrap().search;
        assert_eq!(search("f3"), Some(Search::Bib("F3".into())));
        assert_eq!(search(" Kim "), Some(Search::Name("kim".into())));
        assert_eq!(search("김"), Some(Search::Name("김".into())));
    }

    #[test]
    fn rejects_a_division_of_another_gender() {
        assert!(query(Some("F"), Some("F30-34"), None).parse().is_ok());
        let errors = query(Some("M"), Some("F30-34"), None).parse().unwrap_err();
        assert_eq!(errors, FieldErrors::one("division", Invalid::DivisionOfOther));
        assert!(
            query(Some("Q"), Some("F33"), Some("  "))
                .parse()
                .is_err_and(|errors| errors.0.len() == 3)
        );
    }
}
