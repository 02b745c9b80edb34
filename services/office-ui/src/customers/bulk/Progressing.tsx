// How far a bulk edit is, and its undo.
import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { BatchEdit } from "../../api/types";
import { Trouble } from "../../parts/Trouble";
import { dayOf } from "../../words/times";
import { isAtWork, useBulk, useUndo } from "./queries";

export function Progressing({ begun }: { begun: BatchEdit }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Progressed begun={begun} />
      <Link to="/customers/edits">{t("bulk.all")}</Link>
    </Stack>
  );
}

export function Progressed({ begun }: { begun: BatchEdit }) {
  const { t } = useTranslation();
  const bulk = useBulk(begun);
  const edit = bulk.data;
  const words = t(`bulk.state.${edit.state}`, { ...edit, count: edit.total });
  return (
    <Stack gap="xs">
      {isAtWork(edit) && (
        <Progress value={edit.total ? (100 * edit.done) / edit.total : 100} aria-label={words} animated />
      )}
      <Group justify="space-between">
        <Text size="sm" role="status">
          {words}
        </Text>
        <Undo edit={edit} />
      </Group>
      {bulk.isError && <Trouble error={bulk.error} retry={() => void bulk.refetch()} />}
    </Stack>
  );
}

function Undo({ edit }: { edit: BatchEdit }) {
  const { t } = useTranslation();
  const undo = useUndo(edit.id);
  const { undo_until: until, state } = edit;
  if (edit.mode === "overwrite") return <Text c="dimmed">{t("bulk.noUndo")}</Text>;
  const over = until !== null && new Date(until) < new Date();
  if (!until || over || (state !== "done" && state !== "failed")) return null;
  return (
    <>
      <Button variant="default" loading={undo.isPending} onClick={() => undo.mutate()}>
        {t("bulk.undoUntil", { day: dayOf(until) })}
      </Button>
      {undo.isError && <Trouble error={undo.error} />}
    </>
  );
}
