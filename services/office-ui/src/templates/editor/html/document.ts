// From an email's HTML to the rich editor's document and back.
import type { JSONContent } from "@tiptap/core";
import type { Schema } from "@tiptap/pm/model";
import { Masked } from "../liquid";
import { collapsed, trimmed } from "./blanks";
import { read } from "./read";
import { write } from "./write";

/** The document of an email. What would not be written as it was read is kept as a piece of HTML. */
export function documentOf(html: string, schema: Schema): JSONContent {
  return read(html, (block, source) => {
    try {
      const written = write(schema.nodeFromJSON({ type: "doc", content: [block] })).html;
      return shape(written) === shape(source);
    } catch {
      return false; // the schema has no such block
    }
  });
}

const ALIKE: Record<string, string> = { b: "strong", i: "em" };
const HOLDS_BLOCKS = new Set(["body", "ul", "ol", "blockquote"]);
const LINES = new Set(["p", "li", "h1", "h2", "h3", "h4"]);

/** What a browser makes of it, in a form that is the same for what looks the same. */
function shape(source: string): string {
  return shapeOf(new DOMParser().parseFromString(new Masked(source).text, "text/html").body);
}

function shapeOf(node: Element): string {
  const name = ALIKE[node.localName] ?? node.localName;
  const attributes = [...node.attributes].map(({ name, value }) => `${name}=${JSON.stringify(value)}`).sort();
  const content = [...node.childNodes].map((child) =>
    child instanceof Element ? shapeOf(child) : textOf(child),
  );
  const inside = HOLDS_BLOCKS.has(name) ? content.filter(trimmed).join("") : content.join("");
  return `<${name} ${attributes.join(" ")}>${LINES.has(name) ? trimmed(inside) : inside}</>`;
}

function textOf(node: Node): string {
  return (node.nodeType === Node.COMMENT_NODE ? "<!>" : "") + collapsed(node.textContent ?? "");
}
