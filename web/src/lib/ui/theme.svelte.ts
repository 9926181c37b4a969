/** Light or dark theme, as chosen or as the system prefers. Stored as an attribute of the root element. */

export type Theme = "auto" | "light" | "dark";

const KEY = "mrmrthon.theme";

function readStored(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : "auto";
  } catch {
    return "auto";
  }
}

let current = $state<Theme>(readStored());

export const theme = (): Theme => current;

export function setTheme(next: Theme): void {
  current = next;
  apply();
  try {
    if (next === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Without storage, it lasts until the page is closed.
  }
}

function apply(): void {
  if (current === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current;
}

apply();
