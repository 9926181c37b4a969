import { mount } from "svelte";
import App from "./App.svelte";
import { areWaiting } from "$lib/finish/waiting";
import "./styles/base.css";

const target = document.getElementById("app");
if (target) mount(App, { target });
// From whichever page the site is opened at.
if (areWaiting())
  import("$lib/finish/queue.svelte").then(
    ({ start }) => start(),
    () => undefined,
  );
