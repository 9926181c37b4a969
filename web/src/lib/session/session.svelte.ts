/**
 * Who is logged in.
 *
 * The tokens are in localStorage, one item for all tabs: README.md says what that protects against. A refresh token is
 * good for one use, and a second use ends the session, so tabs take turns (Web Locks) and look first whether another
 * has renewed it meanwhile.
 */
import { language } from "$lib/i18n/index.svelte";
import { problemOf } from "$lib/api/problem";
import type { components } from "$lib/api/schema.gen";

type LoggedIn = components["schemas"]["LoggedIn"];

export interface Session {
  token: string;
  /** When the token ends, in milliseconds since 1970. */
  ends: number;
  refresh_token: string;
  user: LoggedIn["user"];
}

export const SESSION_KEY = "mrmrthon.session";
const LOCK = "mrmrthon.session";

/** A token that ends sooner than this is renewed before it is used. */
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
/** The refresh token that is known to be good for nothing. */
let refused: string | undefined;

if (typeof window !== "undefined") {
  // Another tab has logged in, out, or renewed.
  window.addEventListener("storage", (event) => {
    if (event.key === SESSION_KEY || event.key === null) {
      current = kept();
      if (current) expired = false;
    }
  });
}

export const session = {
  /** The user who is logged in, or whose session has just ended with the page still open. */
  get user(): Session["user"] | undefined {
    return current?.user;
  },
  get isRunner(): boolean {
    return current?.user.user_type === 0;
  },
  get isOrganizer(): boolean {
    return current?.user.user_type === 1;
  },
  /** Whether the session ended by itself, so that its user should log in again. */
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
    // Without storage the session lasts as long as the page does.
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

/** Forget the session here. */
export function forget(): void {
  expired = false;
  keep(null);
}

/** Change the name shown for the user, after the user did. */
export function rename(name: string): void {
  if (current) keep({ ...current, user: { ...current.user, name } });
}

const asJson = (path: string, body: unknown): Request =>
  new Request(new URL(path, location.origin), {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": language() },
    body: JSON.stringify(body),
  });

/** Log out, here or everywhere; the tokens are forgotten here even when the API cannot be told. */
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

/** A session with another token than the one that is spent, or null when there is none to be had. */
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
 * Send a request as the user who is logged in. A token that has ended is renewed, once. When it cannot be, the request
 * goes out as anybody's; if that is not enough, the user is asked to log in again above the page as it stands.
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

/** The renewed session, asked for once for each refresh token. */
async function live(spent: Session): Promise<Session | null> {
  if (spent.refresh_token === refused) return null;
  const renewed = await renew(spent.token);
  if (renewed === null) refused = spent.refresh_token;
  return renewed;
}
