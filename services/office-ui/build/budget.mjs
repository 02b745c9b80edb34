// What a first visit loads must stay small: the entry's scripts, gzipped, within the budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGETS_KB = { "index.html": 300, "preferences.html": 20 };
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

function size(name, seen) {
  if (seen.has(name)) return 0;
  seen.add(name);
  const { file, imports = [] } = manifest[name];
  const own = gzipSync(readFileSync(new URL(file, dist))).length;
  return imports.reduce((sum, each) => sum + size(each, seen), own);
}

for (const [page, budget] of Object.entries(BUDGETS_KB)) {
  const kb = size(page, new Set()) / 1000;
  console.log(`First-load script of ${page}: ${kb.toFixed(0)} KB gzipped, of ${budget}.`);
  if (kb > budget) process.exitCode = 1;
}
