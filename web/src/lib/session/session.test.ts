import { beforeEach, expect, it, vi } from "vitest";

const STORED = "mrmrthon.session";

/** localStorage for Node.js. */
class Store {
  #items = new Map<string, string>();
  getItem = (key: string): string | null => this.#items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.#items.set(key, value);
  removeItem = (key: string): void => void this.#items.delete(key);
}

let store: Store;
let asked: { path: string; token: string | null; body: string }[];
let answers: (path: string, token: string | null) => Response;

const given = (token: string, refresh_token: string) => ({
  message: "Logged in.",
  token,
  token_type: "Bearer" as const,
  expires_in: 900,
  refresh_token,
  user: { user_id: 7, user_type: 0 as const, name: "Kim" },
});
const refused = () => Response.json({ type: "/problems/unauthorized" }, { status: 401 });
const request = () => new Request("http://site/api/users/me");

beforeEach(() => {
  vi.resetModules();
  vi.useRealTimers();
  store = new Store();
  asked = [];
  vi.stubGlobal("localStorage", store);
  vi.stubGlobal("location", new URL("http://site/"));
  vi.stubGlobal("fetch", async (sent: Request) => {
    const path = new URL(sent.url).pathname;
    const token = sent.headers.get("Authorization")?.replace("Bearer ", "") ?? null;
    asked.push({ path, token, body: await sent.clone().text() });
    return answers(path, token);
  });
});

it("a refused token is renewed, once, and the request sent again", async () => {
  const { authorized, begin, session } = await import("./session.svelte");
  begin(given("old", "first"));
  answers = (path, token) =>
    path === "/api/users/refresh"
      ? Response.json(given("new", "second"))
      : token === "new"
        ? Response.json({})
        : refused();
  expect((await authorized(request())).status).toBe(200);
  expect(asked.map(({ token }) => token)).toEqual(["old", null, "new"]);
  expect(asked[1]?.body).toContain("first");
  expect(store.getItem(STORED)).toContain("second");
  expect(session.expired).toBe(false);
});

it("a token that is about to end is renewed before it is used", async () => {
  const { authorized, begin } = await import("./session.svelte");
  begin({ ...given("old", "first"), expires_in: 5 });
  answers = (path) => Response.json(path === "/api/users/refresh" ? given("new", "second") : {});
  await authorized(request());
  expect(asked.map(({ path, token }) => [path, token])).toEqual([
    ["/api/users/refresh", null],
    ["/api/users/me", "new"],
  ]);
});

it("what another tab has renewed is used, not renewed again", async () => {
  const { authorized, begin } = await import("./session.svelte");
  begin(given("old", "first"));
  store.setItem(STORED, JSON.stringify({ ...given("others", "second"), ends: Date.now() + 900_000 }));
  answers = (_, token) => (token === "others" ? Response.json({}) : refused());
  expect((await authorized(request())).status).toBe(200);
  expect(asked.map(({ path }) => path)).not.toContain("/api/users/refresh");
});

it("a session that cannot be renewed is told of, and its user is still known", async () => {
  const { authorized, begin, session } = await import("./session.svelte");
  begin(given("old", "first"));
  answers = refused;
  expect((await authorized(request())).status).toBe(401);
  expect(session.expired).toBe(true);
  expect(session.user?.name).toBe("Kim");
  // The refresh token must not be used twice: the API would treat that as theft.
  await authorized(request());
  expect(asked.filter(({ path }) => path === "/api/users/refresh")).toHaveLength(1);
});

it("what is for everybody needs no session, not even one that has ended", async () => {
  const { authorized, begin, session } = await import("./session.svelte");
  begin(given("old", "first"));
  answers = (path, token) => (path === "/api/users/refresh" || token !== null ? refused() : Response.json({}));
  expect((await authorized(request())).status).toBe(200);
  expect(session.expired).toBe(false);
});

it("a network that fails ends no session", async () => {
  const { authorized, begin, session } = await import("./session.svelte");
  begin({ ...given("old", "first"), expires_in: 5 });
  answers = () => {
    throw new TypeError("Failed to fetch");
  };
  await expect(authorized(request())).rejects.toThrow("Failed to fetch");
  expect(session.user).toBeDefined();
  expect(session.expired).toBe(false);
});

it("logging out forgets the tokens, told or not", async () => {
  const { begin, end, session } = await import("./session.svelte");
  begin(given("old", "first"));
  answers = () => {
    throw new TypeError("Failed to fetch");
  };
  await end(true);
  expect(store.getItem(STORED)).toBeNull();
  expect(session.user).toBeUndefined();
  expect(asked[0]?.body).toContain('"everywhere":true');
});
