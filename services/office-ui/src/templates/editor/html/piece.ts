// A piece of HTML in the midst of an email, such as a table: one edits its source in its place.
import type { NodeViewRenderer } from "@tiptap/core";

export function pieceView(label: string): NodeViewRenderer {
  return ({ node, editor, getPos }) => {
    const dom = document.createElement("div");
    dom.className = "piece";
    dom.contentEditable = "false";
    const title = document.createElement("span");
    title.className = "piece-label";
    title.textContent = label;
    const source = document.createElement("textarea");
    source.setAttribute("aria-label", label);
    source.spellcheck = false;
    source.readOnly = !editor.isEditable;
    const show = (text: string) => {
      if (source.value !== text) source.value = text;
      source.rows = Math.min(text.split("\n").length, 12);
    };
    show(node.attrs.source as string);
    source.addEventListener("input", () => {
      const position = getPos();
      if (position === undefined) return;
      editor.view.dispatch(editor.state.tr.setNodeAttribute(position, "source", source.value));
    });
    dom.append(title, source);
    return {
      dom,
      update: (next) => {
        if (next.type !== node.type) return false;
        show(next.attrs.source as string);
        return true;
      },
      stopEvent: ({ target }) => target === source,
      ignoreMutation: () => true,
      selectNode: () => dom.classList.add("chosen"),
      deselectNode: () => dom.classList.remove("chosen"),
    };
  };
}
