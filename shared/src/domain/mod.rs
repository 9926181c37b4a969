//! The rules of marathons, results and points: pure functions, and types that cannot hold an invalid value.
//!
//! Nothing here does I/O or reads the clock, except that ids are generated; callers pass the time in.

pub mod adjustment;
pub mod audit;
pub mod award;
pub mod bib;
pub mod division;
pub mod field;
pub mod finish_time;
pub mod id;
pub mod lockout;
pub mod marathon;
mod newtype;
pub mod non_official_record;
pub mod official_record;
pub mod outcome;
pub mod password;
pub mod player;
pub mod point_event;
pub mod ranking;
pub mod reason;
pub mod result_query;
pub mod user;

/// Calendar days as `YYYY-MM-DD`, in JSON and in stores.
pub mod iso_date {
    time::serde::format_description!(format, Date, "[year]-[month]-[day]");
    pub use format::*;

    use super::field::Invalid;

    /// Parses `YYYY-MM-DD` with a year from 1900 to 2199.
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

    /// Parses an RFC 3339 instant with a year from 1900 to 2199.
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
