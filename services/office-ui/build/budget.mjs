// What a first visit loads must stay small: the entry's scripts, gzipped, within the budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 300;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const seen = new Set();

function size(name) {
  if (seen.has(name)) return 0;
  seen.add(name);
  const { file, imports = [] } = manifest[name];
  const own = gzipSync(readFileSync(new URL(file, dist))).length;
  return imports.reduce((sum, each) => sum + size(each), own);
}

const kb = size("index.html") / 1000;
console.log(`First-load script: ${kb.toFixed(0)} KB gzipped, of ${BUDGET_KB}.`);
if (kb > BUDGET_KB) process.exit(1);
