// The body of an email as its reader will see it, more or less: the preview says it exactly.
import { EditorContent, useEditor } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import { type Ref, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Flaw } from "../../api/types";
import { type Handle, useHandle } from "./handle";
import { documentOf } from "./html/document";
import { emailSchema } from "./html/schema";
import { type Written, write } from "./html/write";
import { tagAt } from "./liquid";
import { useMeaning } from "../trying";
import { isWrong, TagMarks } from "./marks";
import { Toolbar } from "./Toolbar";
import { type Problems, useProblems } from "./useProblems";

interface Props {
  label: string;
  value: string;
  onChange: (html: string) => void;
  problems: Problems;
  ref?: Ref<Handle>;
}

const KIT = StarterKit.configure({
  code: false,
  codeBlock: false,
  link: false,
  trailingNode: false,
  heading: { levels: [1, 2, 3, 4], HTMLAttributes: { role: "presentation" } }, // none of this page
});

export function EmailEditor({ label, value, onChange, problems, ref }: Props) {
  const { t } = useTranslation();
  const meaning = useMeaning();
  const last = useRef(value);
  const editor = useEditor({
    extensions: [KIT, ...emailSchema({ piece: t("templates.piece") }), TagMarks.configure({ meaning })],
    injectCSS: false,
    editorProps: {
      attributes: (state) => ({
        ...isWrong(state),
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": label,
        class: "words-editor as-email",
      }),
    },
    onBeforeCreate: ({ editor: made }) => {
      made.setOptions({ content: documentOf(value, made.schema) }); // set later, it could be undone to nothing
    },
    onUpdate: ({ editor: { state } }) => {
      last.current = write(state.doc).html;
      onChange(last.current);
    },
  });
  useEffect(() => {
    if (value === last.current) return;
    last.current = value;
    editor.commands.setContent(documentOf(value, editor.schema), { emitUpdate: false });
  }, [editor, value]);
  const placeOf = (flaw: Flaw) => placeIn(write(editor.state.doc), value, flaw);
  useHandle(ref, editor, placeOf);
  useProblems(editor, problems, value, placeOf);
  return (
    <div className="editor" data-wrong={problems.flaws.length > 0 || undefined}>
      <Toolbar editor={editor} />
      <EditorContent editor={editor} />
    </div>
  );
}

/** A source that was never edited here has other line breaks than what is written; it has the same tags in the same order. */
function placeIn({ tags }: Written, source: string, flaw: Flaw) {
  return tags[tagAt(source, flaw)];
}
