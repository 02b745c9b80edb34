// Plain words with tags in them: a subject, a text, what a call says, the source of an email.
import { Input } from "@mantine/core";
import { UndoRedo } from "@tiptap/extensions";
import { EditorContent, useEditor } from "@tiptap/react";
import { type Ref, useEffect, useId, useRef } from "react";
import type { Flaw } from "../../api/types";
import { TagPicker } from "../TagPicker";
import { type Handle, insert, useHandle } from "./handle";
import { fromLines, placeOf, plainWords, toLines } from "./lines";
import { spanAt } from "./liquid";
import { useMeaning } from "../trying";
import { isWrong, TagMarks } from "./marks";
import { type Problems, useProblems } from "./useProblems";

interface Props {
  label: string;
  description?: string;
  value: string;
  onChange: (value: string) => void;
  problems: Problems;
  /** A subject is one line; a source has numbers beside its lines. */
  look: "line" | "words" | "source";
  ref?: Ref<Handle>;
}

export function WordsEditor({ label, description, value, onChange, problems, look, ref }: Props) {
  const single = look === "line";
  const id = useId();
  const meaning = useMeaning();
  const last = useRef(value);
  const editor = useEditor({
    extensions: [...plainWords(single), UndoRedo, TagMarks.configure({ meaning })],
    content: toLines(value, single),
    injectCSS: false,
    editorProps: {
      attributes: (state) => ({
        ...isWrong(state),
        role: "textbox",
        "aria-multiline": String(!single),
        "aria-labelledby": id,
        class: `words-editor as-${look}`,
        spellcheck: String(look !== "source"),
      }),
    },
    onUpdate: ({ editor: { state } }) => {
      last.current = fromLines(state.doc);
      onChange(last.current);
    },
  });
  useEffect(() => {
    if (value === last.current) return;
    last.current = value;
    editor.commands.setContent(toLines(value, single), { emitUpdate: false });
  }, [editor, value, single]);
  const placeOfFlaw = (flaw: Flaw) => placeOf(value, spanAt(value, flaw));
  useHandle(ref, editor, placeOfFlaw);
  useProblems(editor, problems, value, placeOfFlaw);
  return (
    <div>
      <div className="editor-head">
        <Input.Label labelElement="div" id={id}>
          {label}
        </Input.Label>
        <TagPicker into={label} onPick={(text) => insert(editor, text)} />
      </div>
      {description && <Input.Description mb={4}>{description}</Input.Description>}
      <div className="editor" data-wrong={problems.flaws.length > 0 || undefined}>
        <EditorContent editor={editor} />
      </div>
    </div>
  );
}
