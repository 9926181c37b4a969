//! Points that an organizer gives or takes apart from any record.

use super::bib::Bib;
use super::field::{FieldErrors, Fields, Invalid};
use super::id::{MarathonId, UserId};
use super::marathon::Marathon;
use super::player::{Player, Runner};
use super::reason::Reason;
use crate::messages::{Action, PointEvent, Version1};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// The most points that one adjustment gives or takes.
const MOST: i64 = 1_000_000;

/// What a client calls an adjustment, so that sending it twice does it once: 1 to 64 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        match text.len() {
            1..=64 if text.bytes().all(|b| b.is_ascii_graphic()) => Ok(Self(text)),
            1..=64 => Err(Invalid::Characters),
            _ => Err(Invalid::Length { min: 1, max: 64 }),
        }
    }
}

/// An adjustment as it arrives.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct NewAdjustment {
    pub bib: Option<String>,
    pub user_id: Option<i64>,
    pub point: Option<i64>,
    pub reason: Option<String>,
}

/// What an organizer asks for.
#[derive(Debug)]
pub struct Adjustment {
    /// Whose points.
    pub runner: Runner,
    /// How many, negative to take them.
    pub point: i64,
    /// Why.
    pub reason: Reason,
}

/// An adjustment of a player's points, as it is kept and answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of the API contract")]
pub struct Adjusted {
    pub event_id: String,
    pub marathon_id: MarathonId,
    pub user_id: UserId,
    pub bib: Bib,
    pub point: i64,
    pub reason: Reason,
}

impl NewAdjustment {
    /// The adjustment this asks for.
    ///
    /// # Errors
    /// [`FieldErrors`] that names every refused field.
    pub fn parse(self) -> Result<Adjustment, FieldErrors> {
        let mut fields = Fields::default();
        let runner = Runner::parse(&mut fields, self.bib, self.user_id);
        let point = fields.required("point", self.point, |point| match point {
            0 => Err(Invalid::Zero),
            _ if point.unsigned_abs() <= MOST.unsigned_abs() => Ok(point),
            _ => Err(Invalid::Range { min: -MOST, max: MOST }),
        });
        let reason = fields.required("reason", self.reason, Reason::try_from);
        let (runner, point, reason) = fields.finish((runner, point, reason))?;
        Ok(Adjustment { runner, point, reason })
    }
}

impl Adjusted {
    /// The adjustment of a player, under a name that follows from the race and the client's key alone.
    #[must_use]
    pub fn new(player: &Player, point: i64, reason: Reason, key: &IdempotencyKey) -> Self {
        let hash = digest(&SHA256, key.as_str().as_bytes());
        // 80 bits, in as many digits as a ledger's event id has left.
        let hash = hash
            .as_ref()
            .iter()
            .take(10)
            .fold(String::with_capacity(20), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            });
        Self {
            event_id: format!("{}:{hash}:{}", player.marathon_id, Action::Adjust.as_str()),
            marathon_id: player.marathon_id,
            user_id: player.user_id,
            bib: player.bib.clone(),
            point,
            reason,
        }
    }

    /// The event that brings it to the ledger.
    #[must_use]
    pub fn event(&self, marathon: &Marathon, player: Player) -> PointEvent {
        PointEvent {
            version: Version1,
            event_id: self.event_id.clone(),
            action: Action::Adjust,
            user_id: self.user_id,
            point: self.point,
            reason: Some(self.reason.clone()),
            marathon_id: self.marathon_id,
            marathon_title: marathon.title.clone(),
            bib: self.bib.clone(),
            name: player.name,
            time_ms: None,
            occurred_at: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(new: NewAdjustment) -> Vec<String> {
        new.parse()
            .unwrap_err()
            .0
            .into_iter()
            .map(|error| error.field)
            .collect()
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad = NewAdjustment {
            bib: None,
            user_id: None,
            point: Some(0),
            reason: Some("  ".into()),
        };
        assert_eq!(refused(bad), ["bib", "point", "reason"]);
        let bad = NewAdjustment {
            bib: Some("1".into()),
            user_id: None,
            point: Some(-MOST - 1),
            reason: None,
        };
        assert_eq!(refused(bad), ["point", "reason"]);
    }

    #[test]
    fn keys_are_visible_ascii() {
        let key = |text: &str| IdempotencyKey::try_from(text.to_owned());
        assert!(key("0199a4b2-7c00-7000-8000-000000000001").is_ok());
        for bad in ["", "a b", "키", "\n", &"x".repeat(65)] {
            assert!(key(bad).is_err(), "{bad:?}");
        }
    }
}
