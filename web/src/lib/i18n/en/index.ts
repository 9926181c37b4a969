import type { Messages } from "../ko";
import { account } from "./account";
import { common } from "./common";
import { race, races, ranking, results, runner } from "./everyone";
import { adjust, finish, organizer, participants, progress, raceForm, resultsFile } from "./organizer";
import { myRaces, points, runs } from "./runner";

export const en: Messages = {
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
