import { mount } from "svelte";
import { setOfflinePages } from "$lib/finish-line/offline";
import { hasPendingEntries } from "$lib/finish-line/pending-flag";
import App from "./App.svelte";
import { routes } from "./routes";
import "./styles/base.css";

setOfflinePages(routes.filter(({ worksOffline }) => worksOffline).map(({ page }) => page));

const target = document.getElementById("app");
if (target) mount(App, { target });
// Send results that were typed before, whichever page is opened first.
if (hasPendingEntries())
  import("$lib/finish-line/queue.svelte").then(
    ({ startQueue }) => startQueue(),
    () => undefined,
  );
