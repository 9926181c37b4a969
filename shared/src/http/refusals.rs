//! What a store's refusal means to the caller.

use super::problem::Problem;
use crate::domain::bib::Bib;
use crate::domain::id::{MarathonId, UserId};
use crate::domain::player::Runner;
use crate::main_db::{ApplyError, CancelError, DeleteError, EnterError, MainDbError};
use crate::text::Text;
use crate::user_db::{NotRenewed, SignUpError, UserDbError};

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

impl From<UserDbError> for Problem {
    fn from(error: UserDbError) -> Self {
        Self::internal(error)
    }
}

impl From<SignUpError> for Problem {
    fn from(error: SignUpError) -> Self {
        match error {
            SignUpError::LoginIdTaken => Self::Conflict(
                "login-id-taken",
                Text::fixed("이미 사용 중인 login_id입니다.", "This login_id is taken."),
            ),
            SignUpError::Store(error) => error.into(),
        }
    }
}

impl From<NotRenewed> for Problem {
    fn from(error: NotRenewed) -> Self {
        match error {
            NotRenewed::Invalid => Self::invalid_refresh_token(),
            NotRenewed::Store(error) => error.into(),
        }
    }
}

impl From<ApplyError> for Problem {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Closed => Self::Conflict(
                "closed",
                Text::fixed("참가 신청이 마감되었습니다.", "Applications are closed."),
            ),
            ApplyError::AlreadyApplied => Self::Conflict(
                "already-applied",
                Text::fixed(
                    "이미 참가 신청한 대회입니다.",
                    "You have already applied for this race.",
                ),
            ),
            ApplyError::BibTaken(bib) => Self::Conflict(
                "bib-taken",
                Text::new(
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
            CancelError::NotInRace(user_id) => Self::no_player(&Runner::User(user_id).to_string()),
            CancelError::HasRecord => Self::Conflict(
                "has-record",
                Text::fixed(
                    "공식 기록이 있는 참가자는 취소할 수 없습니다.",
                    "A player with an official record cannot cancel.",
                ),
            ),
            CancelError::Busy => Self::Busy,
            CancelError::Store(error) => error.into(),
        }
    }
}

impl From<EnterError> for Problem {
    fn from(error: EnterError) -> Self {
        match error {
            EnterError::HasRecord(bib) => Self::Conflict(
                "record-exists",
                Text::new(
                    format!("배번 {bib}의 공식 기록이 이미 있습니다."),
                    format!("Bib {bib} already has an official record."),
                ),
            ),
            EnterError::NoPlayer(bib) => Self::no_player(&Runner::Bib(bib).to_string()),
            EnterError::Busy => Self::Busy,
            EnterError::Store(error) => error.into(),
        }
    }
}

impl From<DeleteError> for Problem {
    fn from(error: DeleteError) -> Self {
        match error {
            DeleteError::NoRecord(bib) => Self::no_record(&bib),
            DeleteError::Busy => Self::Busy,
            DeleteError::Store(error) => error.into(),
        }
    }
}

impl Problem {
    /// The refresh token proves nothing, or nothing any more.
    #[must_use]
    pub const fn invalid_refresh_token() -> Self {
        Self::Unauthorized(Text::fixed(
            "세션이 만료되었거나 종료되었습니다. 다시 로그인하세요.",
            "The session has expired or was ended. Please log in again.",
        ))
    }

    /// There is no such race.
    #[must_use]
    pub fn no_marathon(id: MarathonId) -> Self {
        Self::NotFound(Text::new(
            format!("대회 {id}을(를) 찾을 수 없습니다."),
            format!("There is no marathon {id}."),
        ))
    }

    /// There is no such user.
    #[must_use]
    pub fn no_user(id: UserId) -> Self {
        Self::NotFound(Text::new(
            format!("사용자 {id}을(를) 찾을 수 없습니다."),
            format!("There is no user {id}."),
        ))
    }

    /// There is no such runner in the race; `who` is the bib or the user, as in "bib F3".
    #[must_use]
    pub fn no_player(who: &str) -> Self {
        Self::NotFound(Text::new(
            format!("이 대회의 참가자가 아닙니다: {who}"),
            format!("Not a player of this marathon: {who}"),
        ))
    }

    /// The bib has no record.
    #[must_use]
    pub fn no_record(bib: &Bib) -> Self {
        Self::NotFound(Text::new(
            format!("배번 {bib}의 공식 기록이 없습니다."),
            format!("Bib {bib} has no official record."),
        ))
    }
}
