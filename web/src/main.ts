import { mount } from "svelte";
import App from "./App.svelte";
import { setOfflinePages } from "$lib/finish/offline";
import { areWaiting } from "$lib/finish/waiting";
import { routes } from "./routes";
import "./styles/base.css";

setOfflinePages(routes.filter(({ worksOffline }) => worksOffline).map(({ page }) => page));

const target = document.getElementById("app");
if (target) mount(App, { target });
// Send results that were typed before, whichever page is opened first.
if (areWaiting())
  import("$lib/finish/queue.svelte").then(
    ({ start }) => start(),
    () => undefined,
  );
