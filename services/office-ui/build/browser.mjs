// Unpacks the Chromium that npm brought into a folder, with the libraries and fonts that a bare machine lacks.
// Prints where it is: `node build/browser.mjs FOLDER`.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const folder = resolve(process.argv[2]);
const config = join(folder, "fonts.conf");
// Where the fonts are; the package's own says that they are in /tmp.
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;

process.env.TMPDIR = folder;
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs22.x"; // what has the package unpack its libraries, too
mkdirSync(folder, { recursive: true });
writeFileSync(`${config}.new`, FONTS);
renameSync(`${config}.new`, config); // another browser may read it
const { default: chromium } = await import("@sparticuz/chromium");
console.log(await chromium.executablePath());
