//! Races, and when one takes applications and results.

use super::field::{FieldErrors, Fields, Invalid};
use super::id::{MarathonId, UserId};
use super::newtype::{bounded_number, one_line};
use super::{instant, iso_date};
use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime, Time, UtcOffset};

one_line! {
    /// A race's title.
    Title(1..=100)
}

impl From<MarathonId> for Title {
    /// What a race is called that is not in the calendar any more.
    fn from(id: MarathonId) -> Self {
        Self(id.to_string())
    }
}

one_line! {
    /// Where a race is held.
    Location(1..=200)
}
bounded_number! {
    /// A distance in metres, up to 1,000 km.
    Distance(1..=1_000_000)
}
bounded_number! {
    /// The points a finisher earns.
    Point(0..=1_000_000)
}
bounded_number! {
    /// How many runners a race admits.
    Capacity(1..=500_000)
}

impl Distance {
    /// The marathon: 42,195 m (World Athletics, Competition Rule 55).
    pub const MARATHON: Self = Self(42_195);
}

/// Which time decides the places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RankedBy {
    /// From the runner's own crossing of the start (chip time).
    #[default]
    Net,
    /// From the starting gun (clock time).
    Gun,
}

impl TryFrom<String> for RankedBy {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        match text.as_str() {
            "net" => Ok(Self::Net),
            "gun" => Ok(Self::Gun),
            _ => Err(Invalid::Choice("net, gun")),
        }
    }
}

/// A race.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marathon {
    /// Its identifier.
    pub marathon_id: MarathonId,
    /// Who holds it, and alone may enter its results.
    pub organizer_id: UserId,
    /// Its title.
    pub title: Title,
    /// Race day.
    #[serde(with = "iso_date")]
    pub held_on: Date,
    /// The starting gun, when it is set.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub starts_at: Option<OffsetDateTime>,
    /// Where it is held.
    pub location: Location,
    /// Its length.
    pub distance_m: Distance,
    /// What each finisher earns.
    pub point: Point,
    /// How many runners it admits; any number when absent.
    pub capacity: Option<Capacity>,
    /// The last instant to apply at, when it is set.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub apply_until: Option<OffsetDateTime>,
    /// Which time decides the places.
    pub ranked_by: RankedBy,
    /// How many runners take part.
    pub player_count: u32,
    /// How many wait for a place.
    #[serde(default)]
    pub waiting_count: u32,
    /// 1 when created, one more with every change by the organizer.
    pub revision: u32,
}

impl Marathon {
    /// The last instant to apply at: `apply_until`, else the start, else the end of race day in the last time zone
    /// on Earth (UTC-12).
    #[must_use]
    pub fn applications_close_at(&self) -> OffsetDateTime {
        self.apply_until.or(self.starts_at).unwrap_or_else(|| {
            let midnight = self.held_on.with_time(Time::MIDNIGHT).assume_offset(UtcOffset::UTC);
            midnight + Duration::hours(24 + 12)
        })
    }

    /// Whether all places were taken when this was read.
    #[must_use]
    pub fn looks_full(&self) -> bool {
        self.waiting_count > 0
            || self
                .capacity
                .is_some_and(|capacity| self.player_count >= capacity.get())
    }

    /// Whether runners may apply at `now`.
    #[must_use]
    pub fn is_open(&self, now: OffsetDateTime) -> bool {
        now <= self.applications_close_at()
    }

    /// This race with what its organizer changes, one revision later.
    ///
    /// # Errors
    /// [`FieldErrors`] that names every refused field.
    pub fn changed(&self, new: NewMarathon) -> Result<Self, FieldErrors> {
        let changed = new.parse(self.marathon_id, self.organizer_id)?;
        Ok(Self {
            player_count: self.player_count,
            waiting_count: self.waiting_count,
            revision: self.revision + 1,
            ..changed
        })
    }

    /// Whether what results were measured against is the same in `changed`: the day, the distance and the deciding time.
    #[must_use]
    pub fn measures_like(&self, changed: &Self) -> bool {
        (self.held_on, self.distance_m, self.ranked_by) == (changed.held_on, changed.distance_m, changed.ranked_by)
    }

    /// Whether results can exist at `now`: race day has begun in the first time zone on Earth (UTC+14).
    #[must_use]
    pub fn has_results(&self, now: OffsetDateTime) -> bool {
        now >= self.held_on.with_time(Time::MIDNIGHT).assume_offset(UtcOffset::UTC) - Duration::hours(14)
    }
}

/// A race as it arrives.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct NewMarathon {
    pub title: Option<String>,
    pub held_on: Option<String>,
    pub starts_at: Option<String>,
    pub location: Option<String>,
    pub distance_m: Option<i64>,
    pub point: Option<i64>,
    pub capacity: Option<i64>,
    pub apply_until: Option<String>,
    pub ranked_by: Option<String>,
}

impl NewMarathon {
    /// The race this asks for, held by `organizer_id`.
    ///
    /// # Errors
    /// [`FieldErrors`] that names every refused field.
    pub fn parse(self, marathon_id: MarathonId, organizer_id: UserId) -> Result<Marathon, FieldErrors> {
        let mut fields = Fields::default();
        let title = fields.required("title", self.title, Title::try_from);
        let held_on = fields.required("held_on", self.held_on, |text| iso_date::parse(&text));
        let location = fields.required("location", self.location, Location::try_from);
        let point = fields.required("point", self.point, Point::try_from);
        let starts_at = fields.optional("starts_at", self.starts_at, |text| instant::parse(&text));
        let distance_m = fields.optional("distance_m", self.distance_m, Distance::try_from);
        let capacity = fields.optional("capacity", self.capacity, Capacity::try_from);
        let apply_until = fields.optional("apply_until", self.apply_until, |text| instant::parse(&text));
        let ranked_by = fields.optional("ranked_by", self.ranked_by, RankedBy::try_from);
        if let (Some(day), Some(start)) = (held_on, starts_at)
            && start.date() != day
        {
            fields.refuse("starts_at", Invalid::Date);
        }
        if let (Some(day), Some(until)) = (held_on, apply_until)
            && until.date() > day
        {
            fields.refuse("apply_until", Invalid::Date);
        }
        let (title, held_on, location, point) = fields.finish((title, held_on, location, point))?;
        Ok(Marathon {
            marathon_id,
            organizer_id,
            title,
            held_on,
            starts_at,
            location,
            distance_m: distance_m.unwrap_or(Distance::MARATHON),
            point,
            capacity,
            apply_until,
            ranked_by: ranked_by.unwrap_or_default(),
            player_count: 0,
            waiting_count: 0,
            revision: 1,
        })
    }
}

/// A period of race days as it arrives in a query.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct NewPeriod {
    pub from: Option<String>,
    pub to: Option<String>,
}

/// Race days from the first to the last, both included; at most ten years, so that reading the calendar is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl NewPeriod {
    /// The period asked for: from `today` when `from` is absent, for a year when `to` is.
    ///
    /// # Errors
    /// [`FieldErrors`] that names every refused field.
    pub fn parse(self, today: Date) -> Result<Period, FieldErrors> {
        let mut fields = Fields::default();
        let from = fields
            .optional("from", self.from, |text| iso_date::parse(&text))
            .unwrap_or(today);
        let to = fields.optional("to", self.to, |text| iso_date::parse(&text));
        let to = to.unwrap_or(from + Duration::days(365));
        if to < from || to.year() - from.year() > 10 {
            fields.refuse("to", Invalid::Period);
        }
        fields.finish(())?;
        Ok(Period { from, to })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use time::macros::{date, datetime};

    fn new_marathon() -> NewMarathon {
        NewMarathon {
            title: Some("서울 마라톤".into()),
            held_on: Some("2026-03-15".into()),
            starts_at: None,
            location: Some("광화문".into()),
            distance_m: None,
            point: Some(10),
            capacity: None,
            apply_until: None,
            ranked_by: None,
        }
    }

    /// A race for the tests of other rules.
    pub(crate) fn marathon() -> Marathon {
        new_marathon()
            .parse(MarathonId::new(), UserId::try_from(1).unwrap())
            .unwrap()
    }

    #[test]
    fn a_marathon_is_42195_metres_and_ranked_by_net_time_unless_told() {
        let marathon = marathon();
        assert_eq!(marathon.distance_m.get(), 42_195);
        assert_eq!(marathon.ranked_by, RankedBy::Net);
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad = NewMarathon {
            title: Some(String::new()),
            held_on: Some("2026-02-29".into()),
            starts_at: Some("tomorrow".into()),
            location: Some("x".repeat(201)),
            distance_m: Some(0),
            point: Some(-1),
            capacity: Some(i64::MAX),
            apply_until: Some("2026-03-15".into()),
            ranked_by: Some("chip".into()),
        };
        let FieldErrors(errors) = bad.parse(MarathonId::new(), UserId::try_from(1).unwrap()).unwrap_err();
        assert_eq!(errors.len(), 9, "{errors:?}");
    }

    #[test]
    fn a_title_can_be_seen() {
        for blank in ["", "  ", "\u{feff}\u{200b}", "\u{3000}"] {
            assert!(Title::try_from(blank.to_owned()).is_err(), "{blank:?}");
        }
        let title = Title::try_from("\u{feff} 🏃‍♀️ 서울 ".to_owned()).unwrap();
        assert_eq!(title.as_str(), "🏃‍♀️ 서울");
    }

    #[test]
    fn the_start_is_on_race_day() {
        let bad = NewMarathon {
            starts_at: Some("2026-03-16T08:00:00+09:00".into()),
            ..new_marathon()
        };
        let errors = bad.parse(MarathonId::new(), UserId::try_from(1).unwrap()).unwrap_err();
        assert_eq!(errors.0[0].field, "starts_at");
    }

    #[test]
    fn applications_close_at_the_given_instant_or_the_start_or_the_end_of_the_day() {
        let until = datetime!(2026-03-01 00:00 +09:00);
        let starts = datetime!(2026-03-15 08:00 +09:00);
        let mut race = Marathon {
            apply_until: Some(until),
            starts_at: Some(starts),
            ..marathon()
        };
        assert!(race.is_open(until));
        assert!(!race.is_open(until + Duration::SECOND));
        race.apply_until = None;
        assert!(!race.is_open(starts + Duration::SECOND));
        race.starts_at = None;
        assert!(race.is_open(datetime!(2026-03-15 23:59 -12:00)));
        assert!(!race.is_open(datetime!(2026-03-16 00:01 -12:00)));
    }

    #[test]
    fn results_begin_with_race_day() {
        let race = marathon();
        assert!(race.has_results(datetime!(2026-03-15 00:00 +14:00)));
        assert!(!race.has_results(datetime!(2026-03-14 23:59 +14:00)));
    }

    #[test]
    fn a_period_is_a_year_from_today_unless_told() {
        let today = date!(2026 - 11 - 23);
        let period = NewPeriod::default().parse(today).unwrap();
        assert_eq!(
            period,
            Period {
                from: today,
                to: date!(2027 - 11 - 23)
            }
        );
        let backwards = NewPeriod {
            from: Some("2026-02-01".into()),
            to: Some("2026-01-01".into()),
        };
        assert_eq!(backwards.parse(today), Err(FieldErrors::one("to", Invalid::Period)));
    }
}
