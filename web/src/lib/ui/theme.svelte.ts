/** Light or dark: the system's, or the reader's own choice. The choice is an attribute of the page, for its styles. */

export type Theme = "auto" | "light" | "dark";

const KEY = "mrmrthon.theme";

function kept(): Theme {
  try {
    const found = localStorage.getItem(KEY);
    return found === "light" || found === "dark" ? found : "auto";
  } catch {
    return "auto";
  }
}

let current = $state<Theme>(kept());

export const theme = (): Theme => current;

export function setTheme(next: Theme): void {
  current = next;
  show();
  try {
    if (next === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // It then lasts as long as the page does.
  }
}

function show(): void {
  if (current === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current;
}

show();
