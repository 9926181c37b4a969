//! Which results of a race are asked for.

use super::division::{Division, Gender};
use super::field::{FieldErrors, Fields, Invalid};
use serde::Deserialize;

/// A question for results as it arrives in a query.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct NewResultQuery {
    pub gender: Option<String>,
    pub division: Option<String>,
    pub q: Option<String>,
}

/// What a search looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// Bibs that begin so, in upper case.
    Bib(String),
    /// Names that begin so, in lower case.
    Name(String),
}

/// A question for results: by place within a gender or division, or by a search narrowed to them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ResultQuery {
    /// One gender only.
    pub gender: Option<Gender>,
    /// One division only, which is of that gender if both are given.
    pub division: Option<Division>,
    /// Only what is searched for.
    pub search: Option<Search>,
}

impl NewResultQuery {
    /// What is asked for. A search with a digit looks for bibs, any other for names.
    ///
    /// # Errors
    /// [`FieldErrors`] that names every refused filter.
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
            fields.refuse("division", Invalid::DivisionOfOther);
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
    /// A name for this question, under which its cursors are sealed.
    #[must_use]
    pub fn scope(&self) -> String {
        format!("{:?}", (&self.gender, &self.division, &self.search))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(gender: Option<&str>, division: Option<&str>, q: Option<&str>) -> NewResultQuery {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        NewResultQuery {
            gender: owned(gender),
            division: owned(division),
            q: owned(q),
        }
    }

    #[test]
    fn digits_search_bibs_and_letters_names() {
        let search = |q| query(None, None, Some(q)).parse().unwrap().search;
        assert_eq!(search("f3"), Some(Search::Bib("F3".into())));
        assert_eq!(search(" Kim "), Some(Search::Name("kim".into())));
        assert_eq!(search("김"), Some(Search::Name("김".into())));
    }

    #[test]
    fn a_division_is_of_its_gender() {
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
