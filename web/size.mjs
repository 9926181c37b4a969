// Prints the compressed size of the first load, and fails if it exceeds the limit.
import { readFile, rm } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const MOST = 150 * 1024;
const HOME = "src/pages/everyone/Upcoming.svelte";

const weigh = async (file) => gzipSync(await readFile(`dist/${file}`)).length;
const sum = async (files) => (await Promise.all([...files].map(weigh))).reduce((total, bytes) => total + bytes, 0);
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

const manifest = JSON.parse(await readFile("dist/manifest.json", "utf8"));

/** The files that a manifest entry needs, including those of its static imports. */
function needed(name, files = new Set()) {
  const { file, css = [], imports = [] } = manifest[name];
  if (files.has(file)) return files;
  for (const each of [file, ...css]) files.add(each);
  for (const each of imports) needed(each, files);
  return files;
}

const first = new Set(["index.html", ...needed("index.html"), ...needed(HOME)]);
const all = new Set(Object.keys(manifest).flatMap((name) => [...needed(name)]));
const total = await sum(first);
const rest = await sum([...all].filter((file) => !first.has(file)));
// Visitors do not need it.
await rm("dist/manifest.json");

console.log(
  `first load ${kilobytes(total)} compressed, of ${kilobytes(MOST)} at most; all other pages ${kilobytes(rest)}`,
);
if (total > MOST) process.exit(1);
