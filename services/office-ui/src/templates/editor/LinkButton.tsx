// A link around the chosen words: to an address, or to what a tag leads to.
import { Button, Checkbox, Group, NativeSelect, Popover, Stack, TextInput } from "@mantine/core";
import { type Editor, useEditorState } from "@tiptap/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useOfferedTags } from "../offer";
import type { Attributes } from "./html/schema";

interface Wanted {
  href: string;
  button: boolean;
}

export function LinkButton({ editor }: { editor: Editor }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const on = useEditorState({ editor, selector: ({ editor: now }) => now.isActive("link") });
  const toggle = () => setWanted(wanted ? null : linkAt(editor));
  const put = (href: string) => {
    if (wanted) set(editor, href.trim(), wanted.button);
    setWanted(null);
  };
  return (
    <Popover
      opened={wanted !== null}
      onChange={() => setWanted(null)}
      trapFocus
      returnFocus
      width={320}
      shadow="md"
    >
      <Popover.Target>
        <Button size="compact-sm" variant={on ? "light" : "default"} onClick={toggle}>
          {t("templates.link.link")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("templates.link.link")}>
        {wanted && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              put(wanted.href);
            }}
          >
            <Stack gap="xs">
              <Where wanted={wanted} onChange={setWanted} />
              <Group justify="flex-end" gap="xs">
                {on && (
                  <Button variant="default" onClick={() => put("")}>
                    {t("templates.link.remove")}
                  </Button>
                )}
                <Button type="submit" disabled={!wanted.href.trim()}>
                  {t("templates.link.set")}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Where({ wanted, onChange }: { wanted: Wanted; onChange: (wanted: Wanted) => void }) {
  const { t } = useTranslation();
  const links = useOfferedTags().filter(({ path }) => /url$|^links\./.test(path));
  return (
    <>
      <TextInput
        data-autofocus
        label={t("templates.link.address")}
        placeholder="https://"
        value={wanted.href}
        onChange={({ currentTarget }) => onChange({ ...wanted, href: currentTarget.value })}
      />
      <NativeSelect
        label={t("templates.link.orTag")}
        value={links.some(({ path }) => wanted.href === `{{ ${path} }}`) ? wanted.href : ""}
        onChange={({ currentTarget }) => onChange({ ...wanted, href: currentTarget.value })}
        data={[
          { value: "", label: t("templates.link.noTag") },
          ...links.map(({ path, description }) => ({ value: `{{ ${path} }}`, label: description })),
        ]}
      />
      <Checkbox
        label={t("templates.link.button")}
        checked={wanted.button}
        onChange={({ currentTarget }) => onChange({ ...wanted, button: currentTarget.checked })}
      />
    </>
  );
}

function linkAt(editor: Editor): Wanted {
  const { href = "", class: name } = written(editor);
  return { href, button: name === "button" };
}

function written(editor: Editor): Attributes {
  return (editor.getAttributes("link").written as Attributes | undefined) ?? {};
}

/** Around the chosen words; around the address itself where none are. */
function set(editor: Editor, href: string, button: boolean): void {
  const chain = editor.chain().focus().extendMarkRange("link");
  if (!href) {
    chain.unsetMark("link").run();
    return;
  }
  const { class: name, ...rest } = written(editor);
  const look = button ? { class: "button" } : name === "button" || !name ? {} : { class: name };
  const attrs = { written: { ...rest, ...look, href } };
  const nothing = editor.state.selection.empty && !editor.isActive("link");
  if (nothing) chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs }] }).run();
  else chain.setMark("link", attrs).run();
}
