import { defineConfig } from "@playwright/test";
import { existsSync } from "node:fs";
import { reader, variants, type Variant } from "./tests/variants";

/** The site to test: that of a deployed stack, or what is in dist/ with the API of `make run`. */
const deployed = process.env.MRMRTHON_WEB;
const preview = "http://127.0.0.1:5198";

/** A browser that is installed; none is downloaded. */
const browser = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (file) => file !== undefined && existsSync(file),
);

/** What has nothing to do with the language or the screen. */
const once = "once/**";

export default defineConfig<object, Variant>({
  testDir: "tests",
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  // Where nobody looks on, a page that was slow once is told of as flaky and not as broken.
  retries: process.env.CI ? 1 : 0,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  projects: [
    ...variants.map((variant) => ({ ...variant, testIgnore: once })),
    { name: "once", testMatch: once, use: reader("en", "desktop") },
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
          // What is there already may serve another build.
          reuseExistingServer: false,
        },
      }),
});
