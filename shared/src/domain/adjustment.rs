//! Adjustments: points that an organizer adds or takes, independent of a record.

use super::bib::Bib;
use super::field::{FieldErrors, Fields, Invalid};
use super::id::{MarathonId, UserId};
use super::marathon::Marathon;
use super::player::{Player, PlayerRef};
use super::point_event::{Action, PointEvent};
use super::reason::Reason;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// The most points that one adjustment adds or takes.
const MAX_POINTS: i64 = 1_000_000;

/// Identifies an adjustment request across retries: 1 to 64 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
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

/// The body of an adjustment request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentInput {
    pub bib: Option<String>,
    pub user_id: Option<i64>,
    pub point: Option<i64>,
    pub reason: Option<String>,
}

/// A valid adjustment request.
#[derive(Debug)]
pub struct AdjustmentRequest {
    pub player: PlayerRef,
    /// Negative to take points.
    pub point: i64,
    pub reason: Reason,
}

/// An adjustment of a player's points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    pub event_id: String,
    pub marathon_id: MarathonId,
    pub user_id: UserId,
    pub bib: Bib,
    pub point: i64,
    pub reason: Reason,
}

impl AdjustmentInput {
    pub fn parse(self) -> Result<AdjustmentRequest, FieldErrors> {
        let mut fields = Fields::default();
        let player = PlayerRef::parse(&mut fields, self.bib, self.user_id);
        let point = fields.required("point", self.point, |point| match point {
            0 => Err(Invalid::Zero),
            _ if point.unsigned_abs() <= MAX_POINTS.unsigned_abs() => Ok(point),
            _ => Err(Invalid::Range {
                min: -MAX_POINTS,
                max: MAX_POINTS,
            }),
        });
        let reason = fields.required("reason", self.reason, Reason::try_from);
        let (player, point, reason) = fields.finish((player, point, reason))?;
        Ok(AdjustmentRequest { player, point, reason })
    }
}

impl Adjustment {
    /// The adjustment of a player. Its event id depends on the race and the idempotency key alone.
    #[must_use]
    pub fn new(player: &Player, point: i64, reason: Reason, key: &IdempotencyKey) -> Self {
        let hash = digest(&SHA256, key.as_str().as_bytes());
        // 80 bits: as many hexadecimal digits as fit into the 64 characters of an event id.
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

    #[must_use]
    pub fn point_event(&self, marathon: &Marathon, player: Player) -> PointEvent {
        PointEvent {
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

    fn rejected(new: AdjustmentInput) -> Vec<String> {
        new.parse()
            .unwrap_err()
            .0
            .into_iter()
            .map(|error| error.field)
            .collect()
    }

    #[test]
    fn names_every_invalid_field() {
        let bad = AdjustmentInput {
            bib: None,
            user_id: None,
            point: Some(0),
            reason: Some("  ".into()),
        };
        assert_eq!(rejected(bad), ["bib", "point", "reason"]);
        let bad = AdjustmentInput {
            bib: Some("1".into()),
            user_id: None,
            point: Some(-MAX_POINTS - 1),
            reason: None,
        };
        assert_eq!(rejected(bad), ["point", "reason"]);
    }

    #[test]
    fn accepts_only_visible_ascii_keys() {
        let key = |text: &str| IdempotencyKey::try_from(text.to_owned());
        assert!(key("0199a4b2-7c00-7000-8000-000000000001").is_ok());
        for bad in ["", "a b", "키", "\n", &"x".repeat(65)] {
            assert!(key(bad).is_err(), "{bad:?}");
        }
    }
}
