// Prints the compressed size of the first load, and fails if it exceeds the limit.
import { readFile, rm } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const MAX_FIRST_LOAD = 150 * 1024;
const HOME_PAGE = "src/pages/everyone/Upcoming.svelte";

const gzipSize = async (file) => gzipSync(await readFile(`dist/${file}`)).length;
const sum = async (files) => (await Promise.all([...files].map(gzipSize))).reduce((total, bytes) => total + bytes, 0);
const kibibytes = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

const manifest = JSON.parse(await readFile("dist/manifest.json", "utf8"));

/** The files that a manifest entry needs, including those of its static imports. */
function filesOf(name, files = new Set()) {
  const { file, css = [], imports = [] } = manifest[name];
  if (files.has(file)) return files;
  for (const each of [file, ...css]) files.add(each);
  for (const each of imports) filesOf(each, files);
  return files;
}

const firstLoad = new Set(["index.html", ...filesOf("index.html"), ...filesOf(HOME_PAGE)]);
const all = new Set(Object.keys(manifest).flatMap((name) => [...filesOf(name)]));
const total = await sum(firstLoad);
const rest = await sum([...all].filter((file) => !firstLoad.has(file)));
// Visitors do not need it.
await rm("dist/manifest.json");

console.log(
  `first load ${kibibytes(total)} compressed, of ${kibibytes(MAX_FIRST_LOAD)} at most; all other pages ${kibibytes(rest)}`,
);
if (total > MAX_FIRST_LOAD) process.exit(1);
