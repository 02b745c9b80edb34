// Unpacks the Chromium that npm brought into a folder, with the libraries and fonts that a bare machine lacks.
// Prints where it is: `node build/browser.mjs FOLDER`.
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";

process.env.TMPDIR = resolve(process.argv[2]);
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs22.x"; // what has the package unpack its libraries, too
mkdirSync(process.env.TMPDIR, { recursive: true });
const { default: chromium } = await import("@sparticuz/chromium");
console.log(await chromium.executablePath());
