//! The problems that store errors become, and those that several routes answer with.

use crate::domain::bib::Bib;
use crate::domain::id::{MarathonId, RecordId, UserId};
use crate::domain::player::PlayerRef;
use crate::http::{LocalizedText, Problem};
use crate::main_db::{ApplyError, CancelError, DeleteRecordError, EnterRecordError, MainDbError};
use crate::pipeline::topic::PublishError;
use crate::user_db::{RenewSessionError, SignUpError, UserDbError};

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl From<MainDbError> for Problem {
    fn from(error: MainDbError) -> Self {
        Self::internal(error)
    }
}

/// What `Retry-After` says while `user_db` cannot be reached, in seconds: a paused Aurora database, which the request has
/// started to resume, takes up to 30 s, and a failover about as long.
const USER_DB_RETRY_AFTER_S: u64 = 30;

impl From<UserDbError> for Problem {
    fn from(error: UserDbError) -> Self {
        match error {
            UserDbError::Unreachable(_) => Self::Unavailable {
                cause: error.into(),
                retry_after_s: USER_DB_RETRY_AFTER_S,
            },
            error => Self::internal(error),
        }
    }
}

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Self {
        Self::internal(error)
    }
}

impl From<SignUpError> for Problem {
    fn from(error: SignUpError) -> Self {
        match error {
            SignUpError::LoginIdTaken => Self::Conflict(
                "login-id-taken",
                LocalizedText::fixed("이미 사용 중인 login_id입니다.", "This login_id is taken."),
            ),
            SignUpError::Store(error) => error.into(),
        }
    }
}

impl From<RenewSessionError> for Problem {
    fn from(error: RenewSessionError) -> Self {
        match error {
            RenewSessionError::Invalid => Self::invalid_refresh_token(),
            RenewSessionError::Store(error) => error.into(),
        }
    }
}

impl From<ApplyError> for Problem {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Closed => Self::Conflict(
                "closed",
                LocalizedText::fixed("참가 신청이 마감되었습니다.", "Applications are closed."),
            ),
            ApplyError::AlreadyApplied => Self::Conflict(
                "already-applied",
                LocalizedText::fixed(
                    "이미 참가 신청한 대회입니다.",
                    "You have already applied for this race.",
                ),
            ),
            ApplyError::BibTaken(bib) => Self::Conflict(
                "bib-taken",
                LocalizedText::new(
                    format!("배번 {bib}은(는) 이미 배정되었습니다."),
                    format!("Bib {bib} is taken."),
                ),
            ),
            ApplyError::Busy => Self::Busy,
            ApplyError::Store(error) => error.into(),
        }
    }
}

impl From<CancelError> for Problem {
    fn from(error: CancelError) -> Self {
        match error {
            CancelError::NotInRace(user_id) => Self::no_player(&PlayerRef::User(user_id)),
            CancelError::HasRecord => Self::Conflict(
                "has-record",
                LocalizedText::fixed(
                    "공식 기록이 있는 참가자는 취소할 수 없습니다.",
                    "A player with an official record cannot cancel.",
                ),
            ),
            CancelError::Busy => Self::Busy,
            CancelError::Store(error) => error.into(),
        }
    }
}

impl From<EnterRecordError> for Problem {
    fn from(error: EnterRecordError) -> Self {
        match error {
            EnterRecordError::HasRecord(bib) => Self::Conflict(
                "record-exists",
                LocalizedText::new(
                    format!("배번 {bib}의 공식 기록이 이미 있습니다."),
                    format!("Bib {bib} already has an official record."),
                ),
            ),
            EnterRecordError::NoPlayer(bib) => Self::no_player(&PlayerRef::Bib(bib)),
            EnterRecordError::Busy => Self::Busy,
            EnterRecordError::Store(error) => error.into(),
        }
    }
}

impl From<DeleteRecordError> for Problem {
    fn from(error: DeleteRecordError) -> Self {
        match error {
            DeleteRecordError::NoRecord(bib) => Self::no_record(&bib),
            DeleteRecordError::Busy => Self::Busy,
            DeleteRecordError::Store(error) => error.into(),
        }
    }
}

impl Problem {
    #[must_use]
    pub const fn invalid_refresh_token() -> Self {
        Self::Unauthorized(LocalizedText::fixed(
            "세션이 만료되었거나 종료되었습니다. 다시 로그인하세요.",
            "The session has expired or was ended. Please log in again.",
        ))
    }

    #[must_use]
    pub fn no_marathon(id: MarathonId) -> Self {
        Self::NotFound(LocalizedText::new(
            format!("대회 {id}을(를) 찾을 수 없습니다."),
            format!("There is no marathon {id}."),
        ))
    }

    #[must_use]
    pub fn no_user(id: UserId) -> Self {
        Self::NotFound(LocalizedText::new(
            format!("사용자 {id}을(를) 찾을 수 없습니다."),
            format!("There is no user {id}."),
        ))
    }

    #[must_use]
    pub fn no_player(player: &PlayerRef) -> Self {
        Self::NotFound(LocalizedText::new(
            format!("이 대회의 참가자가 아닙니다: {player}"),
            format!("Not a player of this marathon: {player}"),
        ))
    }

    #[must_use]
    pub fn no_non_official_record(id: RecordId) -> Self {
        Self::NotFound(LocalizedText::new(
            format!("기록 {id}을(를) 찾을 수 없습니다."),
            format!("There is no record {id}."),
        ))
    }

    #[must_use]
    pub fn no_record(bib: &Bib) -> Self {
        Self::NotFound(LocalizedText::new(
            format!("배번 {bib}의 공식 기록이 없습니다."),
            format!("Bib {bib} has no official record."),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::text::Language;

    #[test]
    fn says_when_to_try_again_if_user_db_cannot_be_reached() {
        let problem = Problem::from(UserDbError::Unreachable(sqlx::Error::PoolTimedOut));
        let response = problem.respond(Language::English);
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()["retry-after"], "30");
        let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(body["type"], "/problems/unavailable");
        assert_eq!(
            body["detail"],
            "The database is not ready yet. Please try again in 30 s."
        );
    }

    #[test]
    fn answers_a_failed_statement_with_an_internal_error() {
        let problem = Problem::from(UserDbError::Database(sqlx::Error::PoolTimedOut));
        assert_eq!(problem.status(), 500);
    }
}
