/**
 * The login session.
 *
 * The tokens are one localStorage item shared by all tabs; README.md describes the threat model. A refresh token can be
 * used once, and a second use ends the session, so tabs take turns with a Web Lock and first check whether another tab
 * has refreshed the session.
 */
import { language } from "$lib/i18n/index.svelte";
import { problemOf } from "$lib/api/problem";
import type { components } from "$lib/api/schema.gen";

type LoggedIn = components["schemas"]["LoggedIn"];

export interface Session {
  token: string;
  /** Expiry of the access token, in milliseconds since 1970. */
  ends: number;
  refresh_token: string;
  user: LoggedIn["user"];
}

export const SESSION_KEY = "mrmrthon.session";
const LOCK = "mrmrthon.session";

/** An access token that expires within this many milliseconds is refreshed before use. */
const MARGIN = 20_000;

function kept(): Session | null {
  try {
    const text = localStorage.getItem(SESSION_KEY);
    return text === null ? null : (JSON.parse(text) as Session);
  } catch {
    return null;
  }
}

let current = $state.raw<Session | null>(typeof localStorage === "undefined" ? null : kept());
let expired = $state(false);
/** The last refresh token that the API rejected. */
let refused: string | undefined;

if (typeof window !== "undefined") {
  // Another tab has logged in, logged out or refreshed the session.
  window.addEventListener("storage", (event) => {
    if (event.key === SESSION_KEY || event.key === null) {
      current = kept();
      if (current) expired = false;
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
  get expired(): boolean {
    return expired;
  },
};

function keep(next: Session | null): void {
  current = next;
  try {
    if (next === null) localStorage.removeItem(SESSION_KEY);
    else localStorage.setItem(SESSION_KEY, JSON.stringify(next));
  } catch {
    // Without storage, the session lasts until the page is closed.
  }
}

export function begin(given: LoggedIn): void {
  expired = false;
  keep({
    token: given.token,
    ends: Date.now() + given.expires_in * 1000,
    refresh_token: given.refresh_token,
    user: given.user,
  });
}

/** Delete the session in this browser. */
export function forget(): void {
  expired = false;
  keep(null);
}

/** Update the user's name after it was changed in the account. */
export function rename(name: string): void {
  if (current) keep({ ...current, user: { ...current.user, name } });
}

const asJson = (path: string, body: unknown): Request =>
  new Request(new URL(path, location.origin), {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": language() },
    body: JSON.stringify(body),
  });

/** Log out, here or on all devices. The tokens are deleted here even if the API cannot be reached. */
export async function end(everywhere = false): Promise<void> {
  const before = current;
  forget();
  if (before) {
    await fetch(asJson("/api/users/logout", { refresh_token: before.refresh_token, everywhere })).catch(
      () => undefined,
    );
  }
}

const inTurn = <T>(work: () => Promise<T>): Promise<T> =>
  typeof navigator !== "undefined" && "locks" in navigator
    ? (navigator.locks.request(LOCK, work) as Promise<T>)
    : work();

/** A session with a new access token in place of the expired one, or null if it cannot be refreshed. */
export function renew(spent: string): Promise<Session | null> {
  return inTurn(async () => {
    const now = kept() ?? current;
    if (now === null) return null;
    if (now.token !== spent) {
      current = now;
      return now;
    }
    const response = await fetch(asJson("/api/users/refresh", { refresh_token: now.refresh_token }));
    if (response.status === 401 || response.status === 422) return null;
    if (!response.ok) throw problemOf(await response.json().catch(() => null), response);
    begin((await response.json()) as LoggedIn);
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
export async function authorized(request: Request): Promise<Response> {
  if (current === null) return fetch(request);
  let using: Session | null = current;
  if (using.ends - MARGIN < Date.now()) using = await live(using);
  let response = using === null ? undefined : await fetch(withToken(request, using.token));
  if (using !== null && response?.status === 401) {
    using = await live(using);
    response = using === null ? undefined : await fetch(withToken(request, using.token));
  }
  response ??= await fetch(request);
  if (response.status === 401) expired = true;
  return response;
}

/** Refresh the session, at most once for each refresh token. */
async function live(spent: Session): Promise<Session | null> {
  if (spent.refresh_token === refused) return null;
  const renewed = await renew(spent.token);
  if (renewed === null) refused = spent.refresh_token;
  return renewed;
}
