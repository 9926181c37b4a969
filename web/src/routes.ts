/** The route table. The first matching path wins. */
import type { Component } from "svelte";
import type { Messages } from "$lib/i18n/ko";
import type { Access } from "$lib/session/access";

export interface Route {
  /** Segments that start with a colon are parameters; the page gets them as props. */
  path: string;
  access: Access;
  /** The document title, until the page sets its own. */
  title: (texts: Messages) => string;
  // Each page takes the parameters of its own path.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  page: () => Promise<{ default: Component<any> }>;
  /** Whether the page is cached for use without a network as soon as an organizer opens one of their races. */
  worksOffline?: true;
}

export const routes: readonly Route[] = [
  // ---- public
  {
    path: "/",
    access: "anyone",
    title: (t) => t.races.heading,
    page: () => import("./pages/everyone/Upcoming.svelte"),
  },
  {
    path: "/calendar",
    access: "anyone",
    title: (t) => t.races.calendar,
    page: () => import("./pages/everyone/Calendar.svelte"),
  },
  {
    path: "/calendar/:month",
    access: "anyone",
    title: (t) => t.races.calendar,
    page: () => import("./pages/everyone/Calendar.svelte"),
  },
  {
    path: "/races/:marathon_id",
    access: "anyone",
    title: (t) => t.race.heading,
    page: () => import("./pages/everyone/Race.svelte"),
  },
  {
    path: "/races/:marathon_id/results",
    access: "anyone",
    title: (t) => t.results.heading,
    page: () => import("./pages/everyone/Results.svelte"),
  },
  {
    path: "/races/:marathon_id/results/:bib",
    access: "anyone",
    title: (t) => t.results.heading,
    page: () => import("./pages/everyone/Result.svelte"),
  },
  {
    path: "/runners/:user_id",
    access: "anyone",
    title: (t) => t.runner.heading,
    page: () => import("./pages/everyone/Runner.svelte"),
  },
  {
    path: "/ranking",
    access: "anyone",
    title: (t) => t.ranking.heading,
    page: () => import("./pages/everyone/Ranking.svelte"),
  },

  // ---- accounts
  {
    path: "/login",
    access: "guest",
    title: (t) => t.account.login,
    page: () => import("./pages/session/Login.svelte"),
  },
  {
    path: "/signup",
    access: "guest",
    title: (t) => t.account.signUp,
    page: () => import("./pages/session/SignUp.svelte"),
  },
  {
    path: "/me/account",
    access: "user",
    title: (t) => t.account.heading,
    page: () => import("./pages/session/Account.svelte"),
  },

  // ---- runners
  {
    path: "/me/races",
    access: "runner",
    title: (t) => t.myRaces.heading,
    page: () => import("./pages/runner/Races.svelte"),
  },
  {
    path: "/me/runs",
    access: "runner",
    title: (t) => t.runs.heading,
    page: () => import("./pages/runner/NonOfficialRecords.svelte"),
  },
  {
    path: "/me/points",
    access: "runner",
    title: (t) => t.points.heading,
    page: () => import("./pages/runner/Points.svelte"),
  },

  // ---- organizers
  {
    path: "/organizer",
    access: "organizer",
    title: (t) => t.organizer.heading,
    page: () => import("./pages/organizer/Races.svelte"),
  },
  {
    path: "/organizer/new",
    access: "organizer",
    title: (t) => t.organizer.createHeading,
    page: () => import("./pages/organizer/NewRace.svelte"),
  },
  {
    path: "/organizer/races/:marathon_id",
    access: "organizer",
    title: (t) => t.organizer.overview,
    page: () => import("./pages/organizer/RaceProgress.svelte"),
    worksOffline: true,
  },
  {
    path: "/organizer/races/:marathon_id/edit",
    access: "organizer",
    title: (t) => t.organizer.edit,
    page: () => import("./pages/organizer/EditRace.svelte"),
  },
  {
    path: "/organizer/races/:marathon_id/participants",
    access: "organizer",
    title: (t) => t.participants.heading,
    page: () => import("./pages/organizer/Participants.svelte"),
  },
  {
    path: "/organizer/races/:marathon_id/finish",
    access: "organizer",
    title: (t) => t.finish.heading,
    page: () => import("./pages/organizer/FinishLine.svelte"),
    worksOffline: true,
  },
  {
    path: "/organizer/races/:marathon_id/file",
    access: "organizer",
    title: (t) => t.resultsFile.heading,
    page: () => import("./pages/organizer/ResultsFile.svelte"),
  },
  {
    path: "/organizer/races/:marathon_id/adjustments",
    access: "organizer",
    title: (t) => t.adjust.heading,
    page: () => import("./pages/organizer/Adjustments.svelte"),
  },
];
