// Builds the API's page, dist/docs/index.html, from openapi.json and Swagger UI: a single file that loads nothing.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** A file of Swagger UI, without its source map reference. */
async function vendored(name) {
  const text = await readFile(require.resolve(`swagger-ui-dist/${name}`), "utf8");
  return text.replace(/^(\/\/|\/\*)# sourceMappingURL=.*$/gm, "");
}

/** Escapes text for a script element. */
const inScript = (text) => text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");

const hashOf = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const description = JSON.parse(await readFile("dist/docs/openapi.json", "utf8"));
const style = await vendored("swagger-ui.css");
const scripts = [
  await vendored("swagger-ui-bundle.js"),
  `SwaggerUIBundle({
    spec: ${JSON.stringify(description)},
    domNode: document.getElementById("api"),
    deepLinking: true,
    docExpansion: "list",
    validatorUrl: null,
  });`,
].map(inScript);

// Only these scripts may run, and they may connect only to the API on the same host.
const policy = [
  "default-src 'none'",
  `script-src ${scripts.map(hashOf).join(" ")}`,
  "style-src 'unsafe-inline'",
  "img-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<title>${description.info.title}: API</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="api"></div>
${scripts.map((script) => `<script>${script}</script>`).join("\n")}
</body>
</html>
`;
await writeFile("dist/docs/index.html", page);
