// Plain words as a document of lines: what is typed is what is kept, character by character.
import { Extension, type JSONContent, Node as TipTapNode } from "@tiptap/core";
import { Fragment, type Node, type Schema, Slice } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import type { Span } from "./liquid";

const Lines = TipTapNode.create({ name: "doc", topNode: true, content: "line+" });
const OneLine = TipTapNode.create({ name: "doc", topNode: true, content: "line" });
const Text = TipTapNode.create({ name: "text", group: "inline" });
const Line = TipTapNode.create({
  name: "line",
  content: "text*",
  marks: "",
  whitespace: "pre",
  parseHTML: () => [{ tag: "p" }],
  renderHTML: () => ["p", 0],
});

/** Of one line, Enter does nothing; what is pasted becomes plain. */
const PlainOnly = Extension.create<{ single: boolean }>({
  name: "plainOnly",
  addKeyboardShortcuts() {
    return { Enter: () => this.options.single };
  },
  addProseMirrorPlugins() {
    const { single } = this.options;
    return [
      new Plugin({
        props: {
          clipboardTextSerializer: (slice) => slice.content.textBetween(0, slice.content.size, "\n"),
          handlePaste: (view, event) => {
            const text = event.clipboardData?.getData("text/plain") ?? "";
            view.dispatch(
              view.state.tr.replaceSelection(pasted(text, view.state.schema, single)).scrollIntoView(),
            );
            return true;
          },
        },
      }),
    ];
  },
});

export function plainWords(single: boolean) {
  return [single ? OneLine : Lines, Line, Text, PlainOnly.configure({ single })];
}

function pasted(text: string, schema: Schema, single: boolean): Slice {
  const lines = text.split(/\r\n?|\n/);
  const nodes = (single ? [lines.join(" ")] : lines).map((line) =>
    schema.node("line", null, line ? [schema.text(line)] : []),
  );
  return new Slice(Fragment.from(nodes), 1, 1);
}

export function toLines(source: string, single: boolean): JSONContent {
  const lines = single ? [source.replaceAll("\n", " ")] : source.split("\n");
  return {
    type: "doc",
    content: lines.map((line) => ({ type: "line", content: line ? [{ type: "text", text: line }] : [] })),
  };
}

export function fromLines(doc: Node): string {
  return doc.textBetween(0, doc.content.size, "\n");
}

/** Where in the document a span of the source is: between two lines is one character here, and two places there. */
export function placeOf(source: string, { from, to }: Span): Span {
  const place = (offset: number) => offset + source.slice(0, offset).split("\n").length;
  return { from: place(from), to: place(to) };
}
