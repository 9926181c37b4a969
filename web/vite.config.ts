import { svelte } from "@sveltejs/vite-plugin-svelte";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Where the API is: that of `make run`, unless MRMRTHON_API names another. */
function api(): URL | undefined {
  if (process.env.MRMRTHON_API) return new URL(process.env.MRMRTHON_API);
  const endpoints = new URL("../.local/endpoints.json", import.meta.url);
  if (!existsSync(endpoints)) return undefined;
  return new URL((JSON.parse(readFileSync(endpoints, "utf8")) as { api: string }).api);
}

/**
 * The API below the address of the development server. Its name may be one that only browsers resolve, so the request
 * goes to the machine itself and names the host that it means.
 */
function proxy() {
  const there = api();
  if (there === undefined) {
    console.warn("No API: start `make run` in the folder above, then this again.");
    return {};
  }
  const isLocal = there.hostname.endsWith("localhost");
  return {
    "/api": {
      target: isLocal ? `${there.protocol}//127.0.0.1:${there.port}` : there.origin,
      changeOrigin: !isLocal,
      headers: isLocal ? { host: there.host } : {},
      rewrite: (path: string) => path.replace(/^\/api/, there.pathname.replace(/\/$/, "")),
    },
  };
}

/** The policy that the distribution sends with the site, so that what it forbids fails here, too. */
function policy(): string {
  const template = readFileSync(new URL("../template.yaml", import.meta.url), "utf8");
  const found = /ContentSecurityPolicy: >-\n(\s+default-src 'self';[^]*?)\n\s+Override/.exec(template);
  if (!found?.[1]) throw new Error("template.yaml has no policy for the site");
  return found[1].trim().replace(/\s+/g, " ");
}

export default defineConfig(({ command, mode }) => ({
  plugins: [svelte()],
  resolve: {
    alias: { $lib: fileURLToPath(new URL("./src/lib", import.meta.url)) },
    ...(mode === "test" ? { conditions: ["browser"] } : {}),
  },
  server: { proxy: command === "serve" && mode !== "test" ? proxy() : {} },
  preview: {
    proxy: command === "serve" && mode !== "test" ? proxy() : {},
    headers: { "Content-Security-Policy": policy() },
  },
  build: {
    target: "es2022",
    // The policy of the site allows files, and no scripts or styles within the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: "manifest.json",
  },
  test: { include: ["src/**/*.test.ts"] },
}));
