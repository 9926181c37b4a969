import { defineConfig } from "@playwright/test";
import { existsSync } from "node:fs";
import { browserOptions, variants, type Variant } from "./tests/variants";

/** The site under test: a deployed stack, or dist/ with the API of `make run`. */
const deployed = process.env.MRMRTHON_WEB;
const preview = "http://127.0.0.1:5198";

/** An installed browser; Playwright downloads none here. */
const browser = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (file) => file !== undefined && existsSync(file),
);

/** Tests that depend on neither language nor screen size. */
const once = "once/**";

export default defineConfig<object, Variant>({
  testDir: "tests",
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  // CI reports a test that passes on the second attempt as flaky.
  retries: process.env.CI ? 1 : 0,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  projects: [
    ...variants.map((variant) => ({ ...variant, testIgnore: once })),
    { name: "once", testMatch: once, use: browserOptions("en", "desktop") },
  ],
  use: {
    baseURL: deployed ?? preview,
    trace: "retain-on-failure",
    launchOptions: {
      ...(browser ? { executablePath: browser } : {}),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  ...(deployed
    ? {}
    : {
        webServer: {
          command: "npx vite preview --host 127.0.0.1 --port 5198 --strictPort",
          url: preview,
          // A server that is already running may serve another build.
          reuseExistingServer: false,
        },
      }),
});
