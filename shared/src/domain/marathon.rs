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
    /// The title of a race that was deleted.
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
    /// The most players of a race.
    Capacity(1..=500_000)
}

impl Distance {
    /// The marathon: 42,195 m (World Athletics, Competition Rule 55).
    pub const MARATHON: Self = Self(42_195);
}

/// The time that ranks the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RankedBy {
    /// Chip time: start mat to finish mat.
    #[default]
    Net,
    /// Clock time: starting gun to finish.
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marathon {
    pub marathon_id: MarathonId,
    /// The only user who may change it and enter its results.
    pub organizer_id: UserId,
    pub title: Title,
    #[serde(with = "iso_date")]
    pub held_on: Date,
    /// The starting gun.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub starts_at: Option<OffsetDateTime>,
    pub location: Location,
    pub distance_m: Distance,
    /// The points that each finisher earns.
    pub point: Point,
    /// Unlimited when absent.
    pub capacity: Option<Capacity>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub apply_until: Option<OffsetDateTime>,
    pub ranked_by: RankedBy,
    pub player_count: u32,
    /// The length of the waitlist.
    #[serde(default)]
    pub waiting_count: u32,
    /// 1 when created, incremented by every change of the organizer.
    pub revision: u32,
}

impl Marathon {
    /// When applications close: `apply_until`, else the start, else the end of race day in the last time zone (UTC-12).
    #[must_use]
    pub fn applications_close_at(&self) -> OffsetDateTime {
        self.apply_until.or(self.starts_at).unwrap_or_else(|| {
            let midnight = self.held_on.with_time(Time::MIDNIGHT).assume_offset(UtcOffset::UTC);
            midnight + Duration::hours(24 + 12)
        })
    }

    /// Whether it was full when it was read.
    #[must_use]
    pub fn appears_full(&self) -> bool {
        self.waiting_count > 0
            || self
                .capacity
                .is_some_and(|capacity| self.player_count >= capacity.get())
    }

    #[must_use]
    pub fn is_open(&self, now: OffsetDateTime) -> bool {
        now <= self.applications_close_at()
    }

    /// The next revision, with the organizer's changes.
    pub fn changed(&self, new: MarathonInput) -> Result<Self, FieldErrors> {
        let changed = new.parse(self.marathon_id, self.organizer_id)?;
        Ok(Self {
            player_count: self.player_count,
            waiting_count: self.waiting_count,
            revision: self.revision + 1,
            ..changed
        })
    }

    /// Whether results of this race are valid for `changed`: same day, distance and ranking time.
    #[must_use]
    pub fn is_measured_like(&self, changed: &Self) -> bool {
        (self.held_on, self.distance_m, self.ranked_by) == (changed.held_on, changed.distance_m, changed.ranked_by)
    }

    /// Whether race day has begun in the first time zone (UTC+14).
    #[must_use]
    pub fn accepts_results(&self, now: OffsetDateTime) -> bool {
        now >= self.held_on.with_time(Time::MIDNIGHT).assume_offset(UtcOffset::UTC) - Duration::hours(14)
    }
}

/// The body of a create or update request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarathonInput {
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

impl MarathonInput {
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
            fields.reject("starts_at", Invalid::Date);
        }
        if let (Some(day), Some(until)) = (held_on, apply_until)
            && until.date() > day
        {
            fields.reject("apply_until", Invalid::Date);
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

/// The query parameters of the calendar.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodInput {
    pub from: Option<String>,
    pub to: Option<String>,
}

/// A period of race days, both ends included; at most ten years, which bounds the cost of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

impl PeriodInput {
    /// Defaults to a year from `today`.
    pub fn parse(self, today: Date) -> Result<Period, FieldErrors> {
        let mut fields = Fields::default();
        let from = fields
            .optional("from", self.from, |text| iso_date::parse(&text))
            .unwrap_or(today);
        let to = fields.optional("to", self.to, |text| iso_date::parse(&text));
        let to = to.unwrap_or(from + Duration::days(365));
        if to < from || to.year() - from.year() > 10 {
            fields.reject("to", Invalid::Period);
        }
        fields.finish(())?;
        Ok(Period { from, to })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use time::macros::{date, datetime};

    fn new_marathon() -> MarathonInput {
        MarathonInput {
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

    /// A race for tests of other modules.
    pub(crate) fn marathon() -> Marathon {
        new_marathon()
            .parse(MarathonId::new(), UserId::try_from(1).unwrap())
            .unwrap()
    }

    #[test]
    fn defaults_to_42195_metres_and_net_time() {
        let marathon = marathon();
        assert_eq!(marathon.distance_m.get(), 42_195);
        assert_eq!(marathon.ranked_by, RankedBy::Net);
    }

    #[test]
    fn names_every_invalid_field() {
        let bad = MarathonInput {
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
    fn rejects_a_blank_title() {
        for blank in ["", "  ", "\u{feff}\u{200b}", "\u{3000}"] {
            assert!(Title::try_from(blank.to_owned()).is_err(), "{blank:?}");
        }
        let title = Title::try_from("\u{feff} 🏃‍♀️ 서울 ".to_owned()).unwrap();
        assert_eq!(title.as_str(), "🏃‍♀️ 서울");
    }

    #[test]
    fn rejects_a_start_on_another_day() {
        let bad = MarathonInput {
            starts_at: Some("2026-03-16T08:00:00+09:00".into()),
            ..new_marathon()
        };
        let errors = bad.parse(MarathonId::new(), UserId::try_from(1).unwrap()).unwrap_err();
        assert_eq!(errors.0[0].field, "starts_at");
    }

    #[test]
    fn applications_close_at_the_deadline_the_start_or_the_end_of_the_day() {
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
    fn accepts_results_from_race_day() {
        let race = marathon();
        assert!(race.accepts_results(datetime!(2026-03-15 00:00 +14:00)));
        assert!(!race.accepts_results(datetime!(2026-03-14 23:59 +14:00)));
    }

    #[test]
    fn period_defaults_to_a_year_from_today() {
        let today = date!(2026 - 11 - 23);
        let period = PeriodInput::default().parse(today).unwrap();
        assert_eq!(
            period,
            Period {
                from: today,
                to: date!(2027 - 11 - 23)
            }
        );
        let backwards = PeriodInput {
            from: Some("2026-02-01".into()),
            to: Some("2026-01-01".into()),
        };
        assert_eq!(backwards.parse(today), Err(FieldErrors::one("to", Invalid::Period)));
    }
}
