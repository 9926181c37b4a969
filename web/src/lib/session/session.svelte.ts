/**
 * The login session.
 *
 * The tokens are one localStorage item shared by all tabs; README.md describes the threat model. A refresh token can be
 * used once, and a second use ends the session, so tabs take turns with a Web Lock and first check whether another tab
 * has refreshed the session.
 */
import { parseProblem } from "$lib/api/problem";
import type { components } from "$lib/api/schema.gen";
import { language } from "$lib/i18n/index.svelte";

type LoggedIn = components["schemas"]["LoggedIn"];

export interface Session {
  token: string;
  /** Expiry of the access token, in milliseconds since 1970. */
  ends: number;
  refresh_token: string;
  user: LoggedIn["user"];
}

const SESSION_KEY = "mrmrthon.session";
const LOCK = "mrmrthon.session";

/** An access token that expires within this many milliseconds is refreshed before use. */
const EXPIRY_MARGIN = 20_000;

function readStored(): Session | null {
  try {
    const text = localStorage.getItem(SESSION_KEY);
    return text === null ? null : (JSON.parse(text) as Session);
  } catch {
    return null;
  }
}

let current = $state.raw<Session | null>(typeof localStorage === "undefined" ? null : readStored());
let isExpired = $state(false);
/** The last refresh token that the API rejected. */
let rejectedToken: string | undefined;

if (typeof window !== "undefined") {
  // Another tab has logged in, logged out or refreshed the session.
  window.addEventListener("storage", (event) => {
    if (event.key === SESSION_KEY || event.key === null) {
      current = readStored();
      if (current) isExpired = false;
    }
  });
}

export const session = {
  /** The current user, also while their session has expired and they have to log in again. */
  get user(): Session["user"] | undefined {
    return current?.user;
  },
  get isRunner(): boolean {
    return current?.user.user_type === 0;
  },
  get isOrganizer(): boolean {
    return current?.user.user_type === 1;
  },
  /** Whether the session has expired and the user has to log in again. */
  get isExpired(): boolean {
    return isExpired;
  },
};

function setSession(next: Session | null): void {
  current = next;
  try {
    if (next === null) localStorage.removeItem(SESSION_KEY);
    else localStorage.setItem(SESSION_KEY, JSON.stringify(next));
  } catch {
    // Without storage, the session lasts until the page is closed.
  }
}

export function startSession(login: LoggedIn): void {
  isExpired = false;
  setSession({
    token: login.token,
    ends: Date.now() + login.expires_in * 1000,
    refresh_token: login.refresh_token,
    user: login.user,
  });
}

/** Delete the session in this browser. */
export function deleteSession(): void {
  isExpired = false;
  setSession(null);
}

/** Update the user's name after it was changed in the account. */
export function setUserName(name: string): void {
  if (current) setSession({ ...current, user: { ...current.user, name } });
}

const jsonRequest = (path: string, body: unknown): Request =>
  new Request(new URL(path, location.origin), {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": language() },
    body: JSON.stringify(body),
  });

/** Log out, here or on all devices. The tokens are deleted here even if the API cannot be reached. */
export async function logOut(everywhere = false): Promise<void> {
  const previous = current;
  deleteSession();
  if (previous) {
    await fetch(jsonRequest("/api/users/logout", { refresh_token: previous.refresh_token, everywhere })).catch(
      () => undefined,
    );
  }
}

const withLock = <T>(work: () => Promise<T>): Promise<T> =>
  typeof navigator !== "undefined" && "locks" in navigator
    ? (navigator.locks.request(LOCK, work) as Promise<T>)
    : work();

/** A session with a new access token in place of the expired one, or null if it cannot be refreshed. */
function refresh(expiredToken: string): Promise<Session | null> {
  return withLock(async () => {
    const stored = readStored() ?? current;
    if (stored === null) return null;
    if (stored.token !== expiredToken) {
      current = stored;
      return stored;
    }
    const response = await fetch(jsonRequest("/api/users/refresh", { refresh_token: stored.refresh_token }));
    if (response.status === 401 || response.status === 422) return null;
    if (!response.ok) throw parseProblem(await response.json().catch(() => null), response);
    startSession((await response.json()) as LoggedIn);
    return current;
  });
}

function withToken(request: Request, token: string): Request {
  const authorized = request.clone();
  authorized.headers.set("Authorization", `Bearer ${token}`);
  return authorized;
}

/**
 * Send a request as the current user. An expired access token is refreshed once. If that fails, the request is sent
 * without a token; if the API then requires one, the user is asked to log in again.
 */
export async function fetchAuthorized(request: Request): Promise<Response> {
  if (current === null) return fetch(request);
  let used: Session | null = current;
  if (used.ends - EXPIRY_MARGIN < Date.now()) used = await refreshOnce(used);
  let response = used === null ? undefined : await fetch(withToken(request, used.token));
  if (used !== null && response?.status === 401) {
    used = await refreshOnce(used);
    response = used === null ? undefined : await fetch(withToken(request, used.token));
  }
  response ??= await fetch(request);
  if (response.status === 401) isExpired = true;
  return response;
}

/** Refresh the session, unless the API has already rejected its refresh token. */
async function refreshOnce(session: Session): Promise<Session | null> {
  if (session.refresh_token === rejectedToken) return null;
  const refreshed = await refresh(session.token);
  if (refreshed === null) rejectedToken = session.refresh_token;
  return refreshed;
}
