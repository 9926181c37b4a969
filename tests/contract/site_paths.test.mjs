// The CloudFront function in template.yaml that maps each path of the site to a file.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const template = await readFile(new URL("../../template.yaml", import.meta.url), "utf8");
const [, code] = template.match(/^ {6}FunctionCode: \|\n((?: {8}.*\n)+)/m);

/** The function's result for a path. */
function answer(uri) {
  const event = { request: { method: "GET", uri, querystring: { q: { value: "1.5" } }, headers: {}, cookies: {} } };
  const handler = runInNewContext(`${code}; handler`);
  // Without the prototypes of the other context.
  return JSON.parse(JSON.stringify(handler(event)));
}

const besideThePage = await readdir(new URL("../../web/public", import.meta.url));

for (const [path, file] of [
  ...besideThePage.map((name) => [`/${name}`, `/${name}`]),
  ["/", "/index.html"],
  ["/index.html", "/index.html"],
  ["/marathons", "/index.html"],
  ["/marathons/", "/index.html"],
  ["/marathons/0198c0de-0000-7000-8000-000000000000/official-records/F3", "/index.html"],
  ["/v1.2/about", "/index.html"],
  ["/races/a.b", "/index.html"],
  ["/wrong.html", "/index.html"],
  ["/assets/index-vd4FZ94c.js", "/assets/index-vd4FZ94c.js"],
  ["/documents", "/index.html"],
  ["/favicon.ico", "/favicon.ico"],
  ["/.well-known/security.txt", "/.well-known/security.txt"],
  ["/docs/", "/docs/index.html"],
  ["/docs/users", "/docs/index.html"],
  ["/docs/openapi.json", "/docs/openapi.json"],
]) {
  test(`${path} is ${file}`, () => {
    const request = answer(path);
    assert.equal(request.uri, file);
    assert.deepEqual(request.querystring, { q: { value: "1.5" } });
  });
}

test("/docs leads to /docs/, whose headers are those of the page", () => {
  const { statusCode, headers } = answer("/docs");
  assert.equal(statusCode, 301);
  assert.deepEqual(headers, { location: { value: "/docs/" } });
});
