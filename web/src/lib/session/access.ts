import { session } from "./session.svelte";

/** Who may see a page. The API enforces access; this only hides pages that would fail. */
export type Access = "anyone" | "guest" | "user" | "runner" | "organizer";

/** Whether the current user may see a page. Reactive. */
export function isAllowed(access: Access): boolean {
  switch (access) {
    case "anyone":
    case "guest":
      return true;
    case "user":
      return session.user !== undefined;
    case "runner":
      return session.isRunner;
    case "organizer":
      return session.isOrganizer;
  }
}
