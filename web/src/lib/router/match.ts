import type { Component } from "svelte";
import type { Messages } from "$lib/i18n/ko";

/** Who may see a page. The API decides in any case; this spares people a page that can only fail. */
export type Access = "anyone" | "guest" | "user" | "runner" | "organizer";

export interface Route {
  /** Parts that begin with a colon are parameters. */
  path: string;
  access: Access;
  /** What the tab of the browser says; a page can say it better once it knows more. */
  title: (words: Messages) => string;
  // Each page takes the parameters of its own path.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  page: () => Promise<{ default: Component<any> }>;
}

export interface Matched {
  route: Route;
  params: Record<string, string>;
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.replace(/([^/])\/$/, "$1").split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) {
      if (value === "") return undefined;
      try {
        params[part.slice(1)] = decodeURIComponent(value);
      } catch {
        return undefined;
      }
    } else if (part !== value) return undefined;
  }
  return params;
}

/** The first route of the table that a path has the shape of. */
export function match(routes: readonly Route[], path: string): Matched | undefined {
  for (const route of routes) {
    const params = paramsOf(route.path, path);
    if (params) return { route, params };
  }
  return undefined;
}
