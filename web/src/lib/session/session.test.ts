import { beforeEach, expect, it, vi } from "vitest";

const STORED = "mrmrthon.session";

/** localStorage for Node.js. */
class MemoryStorage {
  #items = new Map<string, string>();
  getItem = (key: string): string | null => this.#items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.#items.set(key, value);
  removeItem = (key: string): void => void this.#items.delete(key);
}

let store: MemoryStorage;
let requests: { path: string; token: string | null; body: string }[];
let respond: (path: string, token: string | null) => Response;

const loggedIn = (token: string, refresh_token: string) => ({
  message: "Logged in.",
  token,
  token_type: "Bearer" as const,
  expires_in: 900,
  refresh_token,
  user: { user_id: 7, user_type: 0 as const, name: "Kim" },
});
const unauthorized = () => Response.json({ type: "/problems/unauthorized" }, { status: 401 });
const request = () => new Request("http://site/api/users/me");

beforeEach(() => {
  vi.resetModules();
  vi.useRealTimers();
  store = new MemoryStorage();
  requests = [];
  vi.stubGlobal("localStorage", store);
  vi.stubGlobal("location", new URL("http://site/"));
  vi.stubGlobal("fetch", async (sent: Request) => {
    const path = new URL(sent.url).pathname;
    const token = sent.headers.get("Authorization")?.replace("Bearer ", "") ?? null;
    requests.push({ path, token, body: await sent.clone().text() });
    return respond(path, token);
  });
});

it("refreshes a rejected token once and repeats the request", async () => {
  const { fetchAuthorized, startSession, session } = await import("./session.svelte");
  startSession(loggedIn("old", "first"));
  respond = (path, token) =>
    path === "/api/users/refresh"
      ? Response.json(loggedIn("new", "second"))
      : token === "new"
        ? Response.json({})
        : unauthorized();
  expect((await fetchAuthorized(request())).status).toBe(200);
  expect(requests.map(({ token }) => token)).toEqual(["old", null, "new"]);
  expect(requests[1]?.body).toContain("first");
  expect(store.getItem(STORED)).toContain("second");
  expect(session.isExpired).toBe(false);
});

it("refreshes a token that is about to expire before using it", async () => {
  const { fetchAuthorized, startSession } = await import("./session.svelte");
  startSession({ ...loggedIn("old", "first"), expires_in: 5 });
  respond = (path) => Response.json(path === "/api/users/refresh" ? loggedIn("new", "second") : {});
  await fetchAuthorized(request());
  expect(requests.map(({ path, token }) => [path, token])).toEqual([
    ["/api/users/refresh", null],
    ["/api/users/me", "new"],
  ]);
});

it("uses a token that another tab has refreshed", async () => {
  const { fetchAuthorized, startSession } = await import("./session.svelte");
  startSession(loggedIn("old", "first"));
  store.setItem(STORED, JSON.stringify({ ...loggedIn("others", "second"), ends: Date.now() + 900_000 }));
  respond = (_, token) => (token === "others" ? Response.json({}) : unauthorized());
  expect((await fetchAuthorized(request())).status).toBe(200);
  expect(requests.map(({ path }) => path)).not.toContain("/api/users/refresh");
});

it("marks the session expired, but keeps its user, if it cannot be refreshed", async () => {
  const { fetchAuthorized, startSession, session } = await import("./session.svelte");
  startSession(loggedIn("old", "first"));
  respond = unauthorized;
  expect((await fetchAuthorized(request())).status).toBe(401);
  expect(session.isExpired).toBe(true);
  expect(session.user?.name).toBe("Kim");
  // The refresh token must not be used twice: the API would treat that as theft.
  await fetchAuthorized(request());
  expect(requests.filter(({ path }) => path === "/api/users/refresh")).toHaveLength(1);
});

it("public requests succeed without a valid session", async () => {
  const { fetchAuthorized, startSession, session } = await import("./session.svelte");
  startSession(loggedIn("old", "first"));
  respond = (path, token) => (path === "/api/users/refresh" || token !== null ? unauthorized() : Response.json({}));
  expect((await fetchAuthorized(request())).status).toBe(200);
  expect(session.isExpired).toBe(false);
});

it("a network error does not end the session", async () => {
  const { fetchAuthorized, startSession, session } = await import("./session.svelte");
  startSession({ ...loggedIn("old", "first"), expires_in: 5 });
  respond = () => {
    throw new TypeError("Failed to fetch");
  };
  await expect(fetchAuthorized(request())).rejects.toThrow("Failed to fetch");
  expect(session.user).toBeDefined();
  expect(session.isExpired).toBe(false);
});

it("logging out deletes the tokens even if the API cannot be reached", async () => {
  const { startSession, logOut, session } = await import("./session.svelte");
  startSession(loggedIn("old", "first"));
  respond = () => {
    throw new TypeError("Failed to fetch");
  };
  await logOut(true);
  expect(store.getItem(STORED)).toBeNull();
  expect(session.user).toBeUndefined();
  expect(requests[0]?.body).toContain('"everywhere":true');
});
