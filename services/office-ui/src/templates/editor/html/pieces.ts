// An email's HTML, cut at its outermost elements; nothing is read inside them.

import { trimmed } from "./blanks";

export interface Cut {
  kind: "element" | "words" | "unclear";
  source: string;
}

const MARK = /<!--[\s\S]*?-->|<(\/?)([a-zA-Z][^\s/>]*)(?:"[^"]*"|'[^']*'|[^"'>])*>/g;
const VOID = new Set(["br", "hr", "img", "input", "meta", "link", "wbr", "col"]);
export const BLOCKS = new Set([
  "p",
  "h1",
  "h2",
  "h3",
  "h4",
  "ul",
  "ol",
  "blockquote",
  "hr",
  "table",
  "div",
  "pre",
]);

/** Takes HTML whose tags of Liquid are masked. What can't be told apart is one piece, from there to the end. */
export function cut(html: string): Cut[] {
  const cuts: Cut[] = [];
  let position = 0;
  MARK.lastIndex = 0;
  for (let mark = MARK.exec(html); mark; mark = MARK.exec(html)) {
    const [whole, closes, name] = mark;
    words(cuts, html.slice(position, mark.index));
    const end =
      name === undefined || closes ? -1 : endOf(html, name.toLowerCase(), mark.index + whole.length);
    if (end < 0) return [...cuts, { kind: "unclear", source: html.slice(mark.index) }];
    const block = BLOCKS.has((name ?? "").toLowerCase());
    cuts.push({ kind: block ? "element" : "unclear", source: html.slice(mark.index, end) });
    position = MARK.lastIndex = end;
  }
  words(cuts, html.slice(position));
  return joined(cuts);
}

function words(cuts: Cut[], source: string): void {
  if (source) cuts.push({ kind: "words", source });
}

/** Where an element ends whose opening tag ends here; -1 where it does not. */
function endOf(html: string, name: string, from: number): number {
  if (VOID.has(name)) return from;
  const same = new RegExp(`<(/?)${name}(?=[\\s/>])(?:"[^"]*"|'[^']*'|[^"'>])*>`, "gi");
  same.lastIndex = from;
  let depth = 1;
  for (let mark = same.exec(html); mark; mark = same.exec(html)) {
    depth += mark[1] ? -1 : 1;
    if (depth === 0) return same.lastIndex;
    if (name === "p" && depth > 1) return -1; // it was left open: a browser closes it here
  }
  return -1;
}

/** Words beside an inline element belong to it: between them a line break would show. */
function joined(cuts: Cut[]): Cut[] {
  const done: Cut[] = [];
  for (const each of cuts) {
    const before = done.at(-1);
    const flows = each.kind !== "element" && before && before.kind !== "element";
    if (before && flows && !(isBlank(each) && each.kind === "words"))
      done[done.length - 1] = { kind: "unclear", source: before.source + each.source };
    else done.push(each);
  }
  return done.filter((each) => !isBlank(each));
}

const isBlank = ({ source }: Cut) => trimmed(source) === "";
