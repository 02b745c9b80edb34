// How words of an email look: by buttons that say what they do.
import { Button, Group, NativeSelect } from "@mantine/core";
import { type Editor, useEditorState } from "@tiptap/react";
import { useTranslation } from "react-i18next";
import { TagPicker } from "../TagPicker";
import { insert } from "./handle";
import { LinkButton } from "./LinkButton";

const STYLES = ["paragraph", "heading1", "heading2", "heading3"] as const;
type Style = (typeof STYLES)[number];

export function Toolbar({ editor }: { editor: Editor }) {
  const { t } = useTranslation();
  const is = useEditorState({
    editor,
    selector: ({ editor: now }) => ({
      style: STYLES.find((_, level) => level > 0 && now.isActive("heading", { level })) ?? "paragraph",
      bold: now.isActive("bold"),
      italic: now.isActive("italic"),
      bullets: now.isActive("bulletList"),
      numbers: now.isActive("orderedList"),
    }),
  });
  const set = (style: Style) => {
    const level = STYLES.indexOf(style);
    const chain = editor.chain(); // who goes through the list by keyboard stays in it
    return level === 0 ? chain.setParagraph().run() : chain.setHeading({ level: level as 1 | 2 | 3 }).run();
  };
  return (
    <Group className="toolbar" gap={4} role="group" aria-label={t("templates.look.toolbar")}>
      <NativeSelect
        size="xs"
        aria-label={t("templates.look.style")}
        value={is.style}
        onChange={({ currentTarget }) => set(currentTarget.value as Style)}
        data={STYLES.map((style) => ({ value: style, label: t(`templates.look.${style}`) }))}
      />
      <Toggle
        on={is.bold}
        onClick={() => editor.chain().focus().toggleBold().run()}
        label={t("templates.look.bold")}
      />
      <Toggle
        on={is.italic}
        onClick={() => editor.chain().focus().toggleItalic().run()}
        label={t("templates.look.italic")}
      />
      <Toggle
        on={is.bullets}
        onClick={() => editor.chain().focus().toggleBulletList().run()}
        label={t("templates.look.bullets")}
      />
      <Toggle
        on={is.numbers}
        onClick={() => editor.chain().focus().toggleOrderedList().run()}
        label={t("templates.look.numbers")}
      />
      <LinkButton editor={editor} />
      <TagPicker into={t("templates.part.html")} onPick={(text) => insert(editor, text)} />
    </Group>
  );
}

function Toggle({ on, onClick, label }: { on: boolean; onClick: () => void; label: string }) {
  return (
    <Button size="compact-sm" variant={on ? "light" : "default"} aria-pressed={on} onClick={onClick}>
      {label}
    </Button>
  );
}
