// What the rich editor can hold of an email. All else stays as it was written, in pieces that are edited as HTML.
import { Extension, Mark, Node } from "@tiptap/core";
import { pieceView } from "./piece";

export type Attributes = Record<string, string>;

/** Attributes that were written on an element stay on it; in the editor they do nothing. */
const Written = Extension.create({
  name: "written",
  addGlobalAttributes: () => [
    {
      types: [
        "paragraph",
        "heading",
        "bulletList",
        "orderedList",
        "listItem",
        "blockquote",
        "horizontalRule",
      ],
      attributes: { written: { default: {}, rendered: false, keepOnSplit: false } },
    },
  ],
});

/** Words or tags between the elements of an email, such as `{% if visit.technician %}`. */
const Bare = Node.create({
  name: "bare",
  group: "block",
  content: "text*",
  marks: "",
  parseHTML: () => [{ tag: "div[data-bare]" }],
  renderHTML: () => ["div", { "data-bare": "", class: "bare" }, 0],
});

export const Piece = Node.create<{ label: string }>({
  name: "piece",
  group: "block",
  atom: true,
  selectable: true,
  draggable: false,
  addOptions: () => ({ label: "" }),
  addAttributes: () => ({ source: { default: "" } }),
  parseHTML: () => [],
  renderHTML: () => ["div"],
  addNodeView() {
    return pieceView(this.options.label);
  },
});

const Picture = Node.create({
  name: "picture",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({ written: { default: {} } }),
  parseHTML: () => [],
  renderHTML: ({ node }) => ["span", { class: "picture" }, (node.attrs.written as Attributes).alt ?? ""],
});

export const Link = Mark.create({
  name: "link",
  inclusive: false,
  addAttributes: () => ({ written: { default: {}, rendered: false } }),
  parseHTML: () => [
    { tag: "a[href]", getAttrs: (a) => ({ written: { href: a.getAttribute("href") ?? "" } }) },
  ],
  renderHTML: ({ mark }) => {
    const { class: name, href } = mark.attrs.written as Attributes;
    return ["span", { class: name === "button" ? "link button" : "link", title: href }, 0];
  },
});

/** `<span style>`, `<small>` and the like: kept, and not shown. */
const Other = Mark.create({
  name: "other",
  excludes: "",
  addAttributes: () => ({
    tag: { default: "span", rendered: false },
    written: { default: {}, rendered: false },
  }),
  parseHTML: () => [],
  renderHTML: () => ["span", 0],
});

export function emailSchema(labels: { piece: string }) {
  return [Written, Bare, Piece.configure({ label: labels.piece }), Picture, Link, Other];
}
