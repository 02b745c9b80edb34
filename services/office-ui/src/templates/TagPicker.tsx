// All that the words can tell of a job, with its meaning and an example: picked, it stands where the cursor was.
import { Button, Group, Popover, Radio, ScrollArea, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Tag } from "../api/types";
import { Empty } from "../parts/Empty";
import { groupWords } from "./groups";
import { type Absent, useOfferedTags, written } from "./offer";

interface Props {
  /** The field that it is for, as a reader of the screen hears it. */
  into: string;
  onPick: (text: string) => void;
}

export function TagPicker({ into, onPick }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [picked, setPicked] = useState(false); // then the focus goes to the words, not back to the button
  const toggle = () => {
    setPicked(false);
    setOpen(!open);
  };
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      trapFocus
      returnFocus={!picked}
      width={360}
      shadow="md"
    >
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          onClick={toggle}
          aria-label={t("templates.tags.insertInto", { into })}
        >
          {t("templates.tags.insert")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("templates.tags.insert")} maw="calc(100vw - 24px)">
        <Choice
          onPick={(text) => {
            setPicked(true);
            setOpen(false);
            onPick(text);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function Choice({ onPick }: { onPick: (text: string) => void }) {
  const { t } = useTranslation();
  const tags = useOfferedTags();
  const [search, setSearch] = useState("");
  const [optional, setOptional] = useState<Tag | null>(null);
  if (optional) return <WhenAbsent tag={optional} onPick={onPick} back={() => setOptional(null)} />;
  const found = tags.filter((tag) => fits(tag, search));
  const groups = [...Map.groupBy(found, ({ path }) => path.split(".")[0] ?? path)];
  const pick = (tag: Tag) =>
    tag.optional && tag.items.length === 0 ? setOptional(tag) : onPick(written(tag, "dontSend", ""));
  return (
    <Stack gap="xs">
      <TextInput
        type="search"
        data-autofocus
        label={t("templates.tags.search")}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
      />
      {groups.length === 0 && <Empty>{t("templates.tags.none")}</Empty>}
      <ScrollArea.Autosize mah={320} type="auto" viewportProps={{ tabIndex: -1 }}>
        {groups.map(([group, members]) => (
          <div key={group} role="group" aria-label={groupWords(group, t)}>
            <Text size="xs" fw={600} c="dimmed" mt={6}>
              {groupWords(group, t)}
            </Text>
            {members.map((tag) => (
              <button key={tag.path} type="button" className="pick" onClick={() => pick(tag)}>
                <span>{tag.description}</span>
                <span className="quiet">
                  <code>{tag.path}</code> · {tag.items.length > 0 ? t("templates.tags.list") : tag.example}
                </span>
              </button>
            ))}
          </div>
        ))}
      </ScrollArea.Autosize>
    </Stack>
  );
}

function fits({ path, description, example }: Tag, search: string): boolean {
  return `${path} ${description} ${example}`.toLowerCase().includes(search.trim().toLowerCase());
}

/** Not every job has a technician yet: what then? */
function WhenAbsent({ tag, onPick, back }: { tag: Tag; onPick: (text: string) => void; back: () => void }) {
  const { t } = useTranslation();
  const [absent, setAbsent] = useState<Absent>("leaveOut");
  const [standIn, setStandIn] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onPick(written(tag, absent, standIn));
      }}
    >
      <Stack gap="xs">
        <Radio.Group
          label={t("templates.tags.absent", { tag: tag.description })}
          value={absent}
          onChange={(value) => setAbsent(value)}
        >
          <Stack gap={6} mt={6}>
            <Radio data-autofocus value="leaveOut" label={t("templates.tags.leaveOut")} />
            <Radio value="sayElse" label={t("templates.tags.sayElse")} />
            <Radio value="dontSend" label={t("templates.tags.dontSend")} />
          </Stack>
        </Radio.Group>
        {absent === "sayElse" && (
          <TextInput
            label={t("templates.tags.standIn")}
            required
            value={standIn}
            onChange={({ currentTarget }) => setStandIn(currentTarget.value)}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={back}>
            {t("templates.tags.back")}
          </Button>
          <Button type="submit">{t("templates.tags.put")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
