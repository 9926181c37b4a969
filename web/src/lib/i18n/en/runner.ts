export const myRaces = {
  heading: "My races",
  upcoming: "Upcoming",
  past: "Past",
  none: "You haven't applied for any races yet",
  noneText: "Find one you like and apply.",
  appliedAt: (when: string) => `Applied ${when}`,
  result: "My result",
};

export const runs = {
  heading: "My runs",
  text: "Your own runs, outside official races. Only you can see them.",
  add: "Add a run",
  addHeading: "Add a run",
  editHeading: "Edit run",
  title: "Title",
  ranOn: "Date",
  distance: "Distance (km)",
  distanceHint: "For example, 10 or 21.0975",
  time: "Time",
  timeHint: "Hours:minutes:seconds. 5210 becomes 0:52:10.",
  memo: "Note",
  chart: "Pace over time",
  chartText: "Faster is higher. The list below has the same values.",
  chartSummary: (count: string, first: string, last: string, best: string) =>
    `Chart of the pace per kilometre of ${count} runs: ${first} at first, ${last} most recently, ${best} at best.`,
  none: "No runs yet",
  noneText: "Start with today's. From the second run on, a chart shows your pace.",
  added: "Run added.",
  changed: "Run saved.",
  deleted: "Run deleted.",
  deleteHeading: "Delete this run?",
  editNamed: (title: string) => `Edit ${title}`,
  deleteNamed: (title: string) => `Delete ${title}`,
};

export const points = {
  heading: "My points",
  total: "Total",
  ledger: "Points history",
  none: "No points yet",
  noneText: "Finish a race: its points come with the official result.",
  when: "When",
  reason: "Reason",
  point: "Points",
  award: "Finish",
  revoke: "Revoked after a correction",
  race: "Race",
  unknownRace: "Deleted race",
  chart: "Points over time",
  chartSummary: (first: string, last: string) =>
    `Chart of your points: from ${first} to ${last}. The history below has the details.`,
};
