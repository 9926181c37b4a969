import { account } from "./account";
import { common } from "./common";
import { race, races, ranking, results, runner } from "./everyone";
import { adjust, finish, organizer, participants, progress, raceForm, resultsFile } from "./organizer";
import { myRaces, points, runs } from "./runner";

export const ko = {
  common,
  races,
  race,
  results,
  runner,
  ranking,
  account,
  myRaces,
  runs,
  points,
  organizer,
  raceForm,
  participants,
  finish,
  resultsFile,
  progress,
  adjust,
};

/** The shape of the Korean texts, with any string in place of each text. */
type Texts<T> = T extends string
  ? string
  : T extends (...of: infer A) => string
    ? (...of: A) => string
    : { [K in keyof T]: Texts<T[K]> };

export type Messages = Texts<typeof ko>;
