// What the rest of the page can do with an editor.
import type { Editor } from "@tiptap/core";
import { type Ref, useImperativeHandle } from "react";
import type { Flaw } from "../../api/types";
import type { Span } from "./liquid";

export interface Handle {
  /** Puts the cursor to where something is wrong. */
  show: (flaw: Flaw) => void;
}

export function useHandle(
  ref: Ref<Handle> | undefined,
  editor: Editor,
  placeOf: (flaw: Flaw) => Span | undefined,
) {
  useImperativeHandle(ref, () => ({
    show: (flaw) => {
      const { from, to } = placeOf(flaw) ?? { from: 0, to: 0 };
      editor.chain().focus().setTextSelection({ from, to }).scrollIntoView().run();
    },
  }));
}

/** Puts words to where the cursor is, or was. */
export function insert(editor: Editor, text: string): void {
  editor.chain().focus().insertContent({ type: "text", text }).run();
}
