import { svelte } from "@sveltejs/vite-plugin-svelte";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The API: MRMRTHON_API, or that of a running `make run`. */
function api(): URL | undefined {
  if (process.env.MRMRTHON_API) return new URL(process.env.MRMRTHON_API);
  const endpoints = new URL("../.local/endpoints.json", import.meta.url);
  if (!existsSync(endpoints)) return undefined;
  return new URL((JSON.parse(readFileSync(endpoints, "utf8")) as { api: string }).api);
}

/**
 * Proxies /api to the API. Local host names may resolve only in browsers, so connect to 127.0.0.1 and send the name as
 * Host.
 */
function proxy() {
  const there = api();
  if (there === undefined) {
    console.warn("No API found. Run `make run` in the repository root, then restart this.");
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

/** The Content-Security-Policy from template.yaml, so that the preview server enforces it too. */
function policy(): string {
  const template = readFileSync(new URL("../template.yaml", import.meta.url), "utf8");
  const found = /ContentSecurityPolicy: >-\n(\s+default-src 'self';[^]*?)\n\s+Override/.exec(template);
  if (!found?.[1]) throw new Error("no ContentSecurityPolicy found in template.yaml");
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
    // The CSP allows no inline scripts or styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: "manifest.json",
  },
  test: { include: ["src/**/*.test.ts"] },
}));
