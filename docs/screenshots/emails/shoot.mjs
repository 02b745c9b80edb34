// Takes the screenshots of docs/emails.md, and holds each email against axe. Node 20 or newer, in a folder of its own:
//   npm install @sparticuz/chromium playwright-core axe-core
//   node shoot.mjs <golden folder> <output folder> [en/job-created ...]     (all emails where none is named)
// On a bare machine Chromium's libraries lie in @sparticuz/chromium/bin/al2023.tar.br: unpack, LD_LIBRARY_PATH=<there>/lib.
import { readFileSync, readdirSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createRequire } from 'node:module';
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';

const [golden, output, ...named] = process.argv.slice(2);
const all = ['en', 'es'].flatMap((language) => readdirSync(join(golden, language)).map((file) => `${language}/${file}`));
const emails = named.length ? named : all.filter((file) => file.endsWith('.html')).map((file) => file.slice(0, -5));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const args = chromium.args.filter((arg) => arg !== '--single-process' && arg !== '--no-zygote');
const executablePath = await chromium.executablePath();
const svg = (size, shapes) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${size}">${shapes}</svg>`;
const LOGO = svg('0 0 170 44" width="170" height="44',
  '<g fill="#0b6e4f"><path d="M22 4a18 18 0 1 0 .1 0zm0 6a12 12 0 1 1-.1 0z"/><path d="M19 9h6v26h-6zM48 13h120v7H48z"/></g><path fill="#3c4650" d="M48 26h82v5H48z"/>');
const FACE = svg('0 0 72 72" width="72" height="72',
  '<path fill="#d6dee6" d="M0 0h72v72H0z"/><circle cx="36" cy="28" r="15" fill="#ecbe96"/><circle cx="36" cy="75" r="27" fill="#0b6e4f"/>');
const picture = (route) => route.fulfill({ contentType: 'image/svg+xml', body: route.request().url().includes('logo') ? LOGO : FACE });

mkdirSync(output, { recursive: true });
let bad = 0;
for (const email of emails) for (const colorScheme of ['light', 'dark']) for (const width of [800, 360]) {
  const browser = await playwright.launch({ executablePath, args });
  const page = await browser.newPage({ viewport: { width, height: 400 }, colorScheme });
  await page.route(/^https?:/, picture);
  await page.goto(`file://${resolve(golden, `${email}.html`)}`);
  const name = `${email.replace('/', '-')}-${width}${colorScheme === 'dark' ? '-dark' : ''}`;
  await page.screenshot({ path: join(output, `${name}.png`), fullPage: true });
  const reached = await page.evaluate(() => document.documentElement.scrollWidth);
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => (await window.axe.run()).violations.map((found) => found.help));
  if (reached > width) violations.push(`it is ${reached} px wide`);
  console.log(name, violations.join('; ') || 'ok');
  bad += violations.length;
  await browser.close();
}
process.exit(bad ? 1 : 0);
