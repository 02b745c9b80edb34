// What people wrote about the work.
import { Button, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { More } from "../parts/More";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { When } from "../parts/When";
import { useAddNote, useNotes } from "./queries";

export function Notes({ id }: { id: string }) {
  const { t } = useTranslation();
  const notes = useNotes(id);
  if (notes.isPending) return <Waiting lines={2} />;
  if (notes.isError) return <Trouble error={notes.error} retry={() => void notes.refetch()} />;
  const written = notes.data.pages.flatMap((page) => page.items);
  return (
    <Stack>
      {written.length === 0 && <Text c="dimmed">{t("notes.none")}</Text>}
      <ul className="timeline plain">
        {written.map((note) => (
          <li key={note.id}>
            <div style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{note.text}</div>
            <div className="quiet">
              {note.author_name ?? t("notes.somebody")} · <When at={note.written_at} />
            </div>
          </li>
        ))}
      </ul>
      <More pages={notes} />
      <NewNote id={id} />
    </Stack>
  );
}

function NewNote({ id }: { id: string }) {
  const { t } = useTranslation();
  const add = useAddNote(id);
  const [text, setText] = useState("");
  const [key, setKey] = useState(() => crypto.randomUUID());
  const save = () =>
    add.mutate(
      { text: text.trim(), key },
      {
        onSuccess: () => {
          setText("");
          setKey(crypto.randomUUID());
        },
      },
    );
  return (
    <>
      <Textarea
        label={t("notes.write")}
        autosize
        minRows={2}
        maxLength={4000}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      {add.isError && <Trouble error={add.error} />}
      <Button
        variant="default"
        onClick={save}
        disabled={!text.trim()}
        loading={add.isPending}
        style={{ alignSelf: "start" }}
      >
        {t("notes.add")}
      </Button>
    </>
  );
}
