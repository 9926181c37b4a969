export const myRaces = {
  heading: "내 대회",
  upcoming: "다가오는 대회",
  past: "지난 대회",
  none: "신청한 대회가 없습니다",
  noneText: "마음에 드는 대회를 찾아 신청해 보세요.",
  appliedAt: (when: string) => `${when} 신청`,
  result: "내 기록",
};

export const runs = {
  heading: "나의 달리기",
  text: "공식 대회가 아닌 나만의 기록입니다. 다른 사람에게는 보이지 않습니다.",
  add: "기록 추가",
  addHeading: "달리기 기록 추가",
  editHeading: "달리기 기록 수정",
  title: "제목",
  ranOn: "날짜",
  distance: "거리 (km)",
  distanceHint: "예: 10 또는 21.0975",
  time: "시간",
  timeHint: "시:분:초. 5210이라고 쓰면 0:52:10이 됩니다.",
  memo: "메모",
  chart: "페이스 변화",
  chartText: "위로 갈수록 빠릅니다. 아래 목록에 같은 값이 있습니다.",
  chartSummary: (count: string, first: string, last: string, best: string) =>
    `달리기 ${count}번의 1km당 페이스 그래프. 처음 ${first}, 최근 ${last}, 가장 빠를 때 ${best}.`,
  none: "아직 기록이 없습니다",
  noneText: "오늘 달린 것부터 적어 보세요. 두 번째 기록부터 페이스 그래프가 나타납니다.",
  added: "기록을 추가했습니다.",
  changed: "기록을 수정했습니다.",
  deleted: "기록을 삭제했습니다.",
  deleteHeading: "이 기록을 삭제할까요?",
  editNamed: (title: string) => `${title} 수정`,
  deleteNamed: (title: string) => `${title} 삭제`,
};

export const points = {
  heading: "내 포인트",
  total: "총 포인트",
  ledger: "포인트 내역",
  none: "아직 포인트가 없습니다",
  noneText: "대회를 완주하고 공식 기록이 입력되면 포인트가 쌓입니다.",
  when: "시각",
  reason: "내용",
  point: "포인트",
  award: "완주 포인트",
  revoke: "기록 정정으로 회수",
  race: "대회",
  unknownRace: "삭제된 대회",
  chart: "포인트 변화",
  chartSummary: (first: string, last: string) =>
    `포인트 변화 그래프: ${first}점에서 ${last}점까지. 아래 내역에 같은 내용이 있습니다.`,
};
