// The settings of one status, its place in the order, and its retirement.
import { Button, Group, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { StatusEdit, StatusEntry } from "../../api/types";
import { Trouble } from "../../parts/Trouble";
import { flawOf, flaws } from "../flaws";
import { useDone, whenDone } from "../undo";
import { Move } from "./Move";
import { type NewStatus, useEditStatus } from "./queries";
import { StatusFields } from "./StatusFields";

const SLUGS = { "status-name-taken": "name", "status-starts-work": "closes" };

interface Props {
  status: StatusEntry;
  inUse: StatusEntry[];
}

export function StatusPanel({ status, inUse }: Props) {
  const { t } = useTranslation();
  const done = useDone();
  const save = useEditStatus();
  const form = useForm({ initialValues: fieldsOf(status) });
  const wrong = { ...flaws(save.error), ...flawOf(save.error, SLUGS) };

  /** Only what was changed here: what a colleague changed beside it stays. */
  const dirty = (values: NewStatus): StatusEdit =>
    Object.fromEntries(Object.entries(values).filter(([field]) => form.isDirty(field)));
  const change = (edit: StatusEdit, said: string) =>
    whenDone(save.mutateAsync({ status, edit }), (after) => {
      form.setInitialValues(fieldsOf(after));
      form.reset();
      done({
        said,
        undo: () => save.mutateAsync({ status: after, edit: before(status, edit) }),
      });
    });

  return (
    <form
      onSubmit={form.onSubmit((edit) => change(dirty(edit), t("settings.board.saved", { name: edit.name })))}
      aria-label={t("settings.board.settingsOf", { name: status.name })}
    >
      <Stack>
        <StatusFields form={form} wrong={wrong} />
        {save.isError && Object.keys(wrong).length === 0 && <Trouble error={save.error} />}
        <Group justify="space-between">
          <Group gap="xs">
            <Move status={status} inUse={inUse} />
            <Button
              variant="default"
              size="sm"
              onClick={() =>
                change(
                  { active: !status.active },
                  t(status.active ? "settings.board.nowRetired" : "settings.board.nowBack", {
                    name: status.name,
                  }),
                )
              }
            >
              {t(status.active ? "settings.board.retire" : "settings.board.bringBack")}
            </Button>
          </Group>
          <Button type="submit" disabled={!form.isDirty()} loading={save.isPending}>
            {t("settings.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function before(status: StatusEntry, edit: StatusEdit): StatusEdit {
  return Object.fromEntries(Object.entries(status).filter(([field]) => field in edit));
}

function fieldsOf({ name, colour, closes, allow_tech_skip, hold_seconds }: StatusEntry) {
  return { name, colour, closes, allow_tech_skip, hold_seconds };
}
