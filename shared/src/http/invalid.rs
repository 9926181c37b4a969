//! The text of a field error in each language.

use super::text::LocalizedText;
use crate::domain::field::Invalid;

/// The reason that a response gives for an invalid field.
pub(super) fn text(reason: &Invalid) -> LocalizedText {
    let korean = match reason {
        Invalid::Required => "필수 항목입니다.".into(),
        Invalid::Type(_) => "값의 형식(타입)이 올바르지 않습니다.".into(),
        Invalid::Unknown => "알 수 없는 항목입니다.".into(),
        Invalid::Length { min, max } => format!("{min}자 이상 {max}자 이하여야 합니다."),
        Invalid::Range { min, max } => format!("{min} 이상 {max} 이하여야 합니다."),
        Invalid::Format(shape) => format!("{shape} 형식이어야 합니다."),
        Invalid::Characters => "사용할 수 없는 문자가 있습니다.".into(),
        Invalid::Choice(choices) => format!("다음 중 하나여야 합니다: {choices}"),
        Invalid::Date => "사용할 수 없는 날짜입니다.".into(),
        Invalid::Period => "시작보다 뒤여야 하며 기간은 10년 이하여야 합니다.".into(),
        Invalid::NetAfterGun => "gun_time보다 길 수 없습니다.".into(),
        Invalid::NoTime => "완주 기록에는 net_time 또는 gun_time이 필요합니다.".into(),
        Invalid::NotFinished => "완주한 경우에만 입력할 수 있습니다.".into(),
        Invalid::Splits => "거리와 시간이 순서대로 늘어나야 하며 대회 거리 이내여야 합니다.".into(),
        Invalid::BibOrUser => "bib와 user_id 중 하나만 입력해야 합니다.".into(),
        Invalid::DivisionOfOther => "다른 성별의 부문입니다.".into(),
        Invalid::Zero => "0일 수 없습니다.".into(),
        Invalid::WrongPassword => "현재 비밀번호가 아닙니다.".into(),
        Invalid::BelowPlayers => "현재 참가자 수보다 작을 수 없습니다.".into(),
        Invalid::Cursor => "이 목록의 커서가 아닙니다.".into(),
    };
    LocalizedText::new(korean, reason.to_string())
}
