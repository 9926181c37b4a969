//! The rules of marathons, results and points: pure functions and types that cannot hold a wrong value.
//!
//! Nothing here does I/O, reads a clock or draws a random number; callers hand those in.

pub mod adjustment;
pub mod audit;
pub mod award;
pub mod bib;
pub mod digest;
pub mod division;
pub mod field;
pub mod finish_time;
pub mod id;
pub mod lockout;
pub mod marathon;
mod newtype;
pub mod official_record;
pub mod outcome;
pub mod own_record;
pub mod password;
pub mod player;
pub mod ranking;
pub mod reason;
pub mod result_query;
pub mod user;

/// Calendar days as `YYYY-MM-DD`, in JSON and in stores.
#[allow(missing_docs, reason = "the macro makes items that cannot be documented")]
pub mod iso_date {
    time::serde::format_description!(format, Date, "[year]-[month]-[day]");
    pub use format::*;

    use super::field::Invalid;

    /// Parses `YYYY-MM-DD`, for the years 1900 to 2199.
    ///
    /// # Errors
    /// [`Invalid::Format`] for another shape or a day that does not exist, [`Invalid::Date`] outside the years.
    pub fn parse(text: &str) -> Result<time::Date, Invalid> {
        let format = time::macros::format_description!("[year]-[month]-[day]");
        let date = time::Date::parse(text, format).map_err(|_| Invalid::Format("YYYY-MM-DD"))?;
        if text.len() == 10 && (1900..2200).contains(&date.year()) {
            Ok(date)
        } else {
            Err(Invalid::Date)
        }
    }
}

/// Instants as RFC 3339 with an offset.
pub mod instant {
    use super::field::Invalid;
    use time::OffsetDateTime;
    use time::format_description::well_known::Rfc3339;

    /// Parses an RFC 3339 instant, for the years 1900 to 2199.
    ///
    /// # Errors
    /// [`Invalid::Format`] for another shape, [`Invalid::Date`] outside the years.
    pub fn parse(text: &str) -> Result<OffsetDateTime, Invalid> {
        let instant =
            OffsetDateTime::parse(text, &Rfc3339).map_err(|_| Invalid::Format("YYYY-MM-DDThh:mm:ss+09:00"))?;
        if (1900..2200).contains(&instant.year()) {
            Ok(instant)
        } else {
            Err(Invalid::Date)
        }
    }
}
