// Fails if dist/docs/index.html loads anything, or if its Content-Security-Policy allows more than it needs.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

const page = await readFile("dist/docs/index.html", "utf8");

const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => text);
const markup = page.replace(/<(script|style)>.*?<\/\1>/gs, "<$1></$1>");
const styles = [...page.matchAll(/<style>(.*?)<\/style>/gs)].map(([, text]) => text).join("\n");

for (const [, address] of markup.matchAll(/\b(?:src|srcset|href|action|data|poster)\s*=\s*["']?([^"'\s>]+)/gi)) {
  assert.match(address, /^(data:|#)/, `the page loads ${address}`);
}
for (const [, address] of styles.matchAll(/url\(\s*["']?([^"')]+)/gi)) {
  assert.match(address, /^(data:|#)/, `a style loads ${address}`);
}
assert.doesNotMatch(styles, /@import/, "a style sheet imports another");

// What the scripts load cannot be found in their text, but the policy restricts it in every browser.
const policy = markup.match(/http-equiv="Content-Security-Policy" content="([^"]+)"/)?.[1] ?? "";
const directives = Object.fromEntries(
  policy.split("; ").map((directive) => {
    const [name, ...sources] = directive.split(" ");
    return [name, sources];
  }),
);
const hashes = scripts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
assert.deepEqual(directives, {
  "default-src": ["'none'"],
  "script-src": hashes,
  "style-src": ["'unsafe-inline'"],
  "img-src": ["data:"],
  "connect-src": ["'self'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
});
assert.equal(scripts.length, 2, "the page has an unexpected script");

const { paths } = JSON.parse(await readFile("dist/docs/openapi.json", "utf8"));
const operations = Object.values(paths).flatMap((path) => Object.values(path).filter((item) => item?.operationId));
for (const { operationId } of operations) {
  assert.ok(scripts[1].includes(`"operationId":"${operationId}"`), `${operationId} is not on the page`);
}
console.log(`dist/docs/index.html: ${operations.length} operations, ${Math.round(page.length / 1024)} KiB, loads nothing`);
