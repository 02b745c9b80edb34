// Tags stand out in the words, and what is wrong is said below the line that it is in.
import { Extension } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import { type EditorState, Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { spans } from "./liquid";

export interface Mark {
  from: number;
  to: number;
  message: string;
}

const key = new PluginKey<DecorationSet>("problems");

/** Sets what is wrong, by places of the document as it is now. */
export const PROBLEMS = key;

/** For readers of the screen. */
export function isWrong(state: EditorState): { "aria-invalid": "true" | "false" } {
  return { "aria-invalid": key.getState(state)?.find().length ? "true" : "false" };
}

type Meaning = (tag: string) => string | undefined;

export const TagMarks = Extension.create<{ meaning: Meaning }>({
  name: "tagMarks",
  addOptions: () => ({ meaning: () => undefined }),
  addProseMirrorPlugins() {
    const { meaning } = this.options;
    return [
      new Plugin({ props: { decorations: ({ doc }) => DecorationSet.create(doc, tagsOf(doc, meaning)) } }),
      new Plugin<DecorationSet>({
        key,
        state: {
          init: () => DecorationSet.empty,
          apply: (transaction, shown) => {
            const marks = transaction.getMeta(key) as Mark[] | undefined;
            if (marks) return DecorationSet.create(transaction.doc, problems(transaction.doc, marks));
            return shown.map(transaction.mapping, transaction.doc);
          },
        },
        props: { decorations: (state) => key.getState(state) },
      }),
    ];
  },
});

function tagsOf(doc: Node, meaning: Meaning): Decoration[] {
  const found: Decoration[] = [];
  doc.descendants((node, position) => {
    if (!node.isTextblock) return true;
    const text = textOf(node);
    for (const { from, to } of spans(text)) {
      const title = meaning(text.slice(from, to));
      const shown = { class: "liquid", ...(title ? { title } : {}) };
      found.push(Decoration.inline(position + 1 + from, position + 1 + to, shown));
    }
    return false;
  });
  return found;
}

/** A text block's text, with one character for whatever else is in it, so that places agree. */
export function textOf(block: Node): string {
  return block.textBetween(0, block.content.size, undefined, "\uFFFC");
}

function problems(doc: Node, marks: Mark[]): Decoration[] {
  return marks.flatMap(({ from, to, message }) => {
    const end = doc.resolve(Math.min(to, doc.content.size));
    const below = end.depth > 0 ? end.after(1) : end.pos;
    return [
      Decoration.inline(from, to, { class: "wrong" }),
      Decoration.node(from, to, { class: "wrong" }),
      Decoration.widget(below, () => note(message), {
        side: -1,
        ignoreSelection: true,
        key: `${below}${message}`,
      }),
    ];
  });
}

function note(message: string): HTMLElement {
  const element = document.createElement("div");
  element.className = "problem";
  element.contentEditable = "false";
  element.textContent = message;
  return element;
}
