// An email's HTML as the rich editor's document: element by element, and only what comes out again as it went in.
import type { JSONContent } from "@tiptap/core";
import { Masked } from "../liquid";
import { collapsed, trimmed, trimmedEnd, trimmedStart } from "./blanks";
import { type Cut, cut } from "./pieces";
import type { Attributes } from "./schema";

type Json = JSONContent;
type Marks = NonNullable<Json["marks"]>;

const MARKS: Record<string, string> = {
  strong: "bold",
  b: "bold",
  em: "italic",
  i: "italic",
  u: "underline",
  s: "strike",
};
const OTHERS = new Set(["span", "small", "code", "sub", "sup", "abbr"]);

class Unreadable extends Error {}

/** `comesBack` says whether a block would be written as it was read. */
export function read(html: string, comesBack: (block: Json, source: string) => boolean): Json {
  const masked = new Masked(html);
  const content = cut(masked.text).flatMap((each) => blocks(each, masked, comesBack));
  return { type: "doc", content: content.length > 0 ? content : [{ type: "paragraph" }] };
}

function blocks(
  { kind, source }: Cut,
  masked: Masked,
  comesBack: (block: Json, source: string) => boolean,
): Json[] {
  const own = masked.reveal(source);
  if (kind === "words") {
    const lines = source.split("\n").map(trimmed);
    return lines
      .filter(Boolean)
      .map((line) => ({ type: "bare", content: [words(masked.reveal(plain(line)))] }));
  }
  const block = kind === "element" ? readable(source, masked) : null;
  return [block && comesBack(block, own) ? block : { type: "piece", attrs: { source: trimmed(own) } }];
}

/** Character references in words between elements, as the characters that they are. */
function plain(line: string): string {
  return new DOMParser().parseFromString(line, "text/html").body.textContent;
}

function readable(source: string, masked: Masked): Json | null {
  const { body } = new DOMParser().parseFromString(source, "text/html");
  const element = body.children.length === 1 ? body.firstElementChild : null;
  try {
    return element && new Reader(masked).block(element);
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

class Reader {
  private readonly masked: Masked;

  constructor(masked: Masked) {
    this.masked = masked;
  }

  block(element: Element): Json {
    const name = element.localName;
    const attrs = { written: this.attributes(element) };
    if (name === "p") return { type: "paragraph", attrs, content: this.line(element) };
    if (name === "hr") return { type: "horizontalRule", attrs };
    if (/^h[1-4]$/.test(name))
      return { type: "heading", attrs: { ...attrs, level: Number(name[1]) }, content: this.line(element) };
    if (name === "ul" || name === "ol") {
      const content = this.elements(element, ["li"]).map((li) => this.item(li));
      return { type: name === "ul" ? "bulletList" : "orderedList", attrs, content };
    }
    if (name === "blockquote") return { type: "blockquote", attrs, content: this.all(element) };
    throw new Unreadable();
  }

  private item(li: Element): Json {
    const attrs = { written: this.attributes(li) };
    const lists = [...li.children].filter(({ localName }) => ["ul", "ol"].includes(localName));
    const first = li.cloneNode(true) as Element;
    first.querySelectorAll(":scope > ul, :scope > ol").forEach((list) => list.remove());
    const line = { type: "paragraph", content: this.line(first) };
    return { type: "listItem", attrs, content: [line, ...lists.map((list) => this.block(list))] };
  }

  private all(element: Element): Json[] {
    return this.elements(element).map((each) => this.block(each));
  }

  /** The elements in an element that has nothing else. */
  private elements(element: Element, only?: string[]): Element[] {
    const bare = [...element.childNodes].some(
      (child) => !(child instanceof Element) && trimmed(child.textContent ?? ""),
    );
    if (bare || element.children.length === 0) throw new Unreadable();
    if (only && [...element.children].some(({ localName }) => !only.includes(localName)))
      throw new Unreadable();
    return [...element.children];
  }

  private line(element: Element): Json[] {
    const content = this.inline(element, []);
    trim(content);
    return content.filter(({ type, text }) => type !== "text" || text);
  }

  private inline(parent: Element, marks: Marks): Json[] {
    return [...parent.childNodes].flatMap((child): Json[] => {
      if (child instanceof Text) return this.text(child, marks);
      if (!(child instanceof Element)) throw new Unreadable();
      if (child.localName === "br") return [{ type: "hardBreak", marks }];
      if (child.localName === "img")
        return [{ type: "picture", attrs: { written: this.attributes(child) }, marks }];
      return this.inline(child, [...marks, this.mark(child)]);
    });
  }

  private text({ data }: Text, marks: Marks): Json[] {
    const text = collapsed(data);
    return text ? [{ ...words(this.masked.reveal(text)), marks }] : [];
  }

  private mark(element: Element): Marks[number] {
    const name = element.localName;
    const written = this.attributes(element);
    if (name === "a") return { type: "link", attrs: { written } };
    if (OTHERS.has(name)) return { type: "other", attrs: { tag: name, written } };
    const type = MARKS[name];
    if (!type || Object.keys(written).length > 0) throw new Unreadable();
    return { type };
  }

  private attributes(element: Element): Attributes {
    if (element.getAttributeNames().some((name) => Masked.has(name))) throw new Unreadable();
    return Object.fromEntries(
      [...element.attributes].map(({ name, value }) => [name, this.masked.reveal(value)]),
    );
  }
}

function words(text: string): Json {
  return { type: "text", text };
}

/** Blanks at both ends of a line don't show. */
function trim(content: Json[]): void {
  const [first, last] = [content[0], content.at(-1)];
  if (first?.text) first.text = trimmedStart(first.text);
  if (last?.text) last.text = trimmedEnd(last.text);
}
