// The settings of one status, its place in the order, and its retirement.
import { Button, Group, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { StatusEdit, StatusEntry } from "../../api/types";
import { Trouble } from "../../parts/Trouble";
import { flawOf, flaws } from "../flaws";
import { Theirs } from "../Theirs";
import { useOffer } from "../../parts/Undo";
import { whenDone } from "../whenDone";
import { useFilled } from "../useFilled";
import { Move } from "./Move";
import { useEditStatus } from "./queries";
import { StatusFields } from "./StatusFields";

const SLUGS = { "status-name-taken": "name", "status-starts-work": "closes" };

interface Props {
  status: StatusEntry;
  inUse: StatusEntry[];
}

export function StatusPanel({ status, inUse }: Props) {
  const { t } = useTranslation();
  const done = useOffer();
  const save = useEditStatus();
  const filled = useFilled(status, fieldsOf);
  const { form } = filled;
  const wrong = { ...flaws(save.error), ...flawOf(save.error, SLUGS) };

  const change = (sent: Partial<Fields>, edit: StatusEdit, words: string) => {
    const from = filled.from();
    whenDone(save.mutateAsync({ status: from, edit }), (after) => {
      filled.saved(after, sent);
      done({
        words,
        undo: () => save.mutateAsync({ status: after, edit: before(from, edit) }),
      });
    });
  };
  /** Only what was changed here: what a colleague changed beside it stays. */
  const submit = ({ name }: Fields) => {
    const sent = filled.changed();
    change(sent, sent, t("settings.board.saved", { name }));
  };

  return (
    <form onSubmit={form.onSubmit(submit)} aria-label={t("settings.board.settingsOf", { name: status.name })}>
      <Stack>
        <StatusFields form={form} wrong={wrong} />
        {save.isError && Object.keys(wrong).length === 0 && <Trouble error={save.error} />}
        <Theirs values={filled.theirs} />
        <Group justify="space-between">
          <Group gap="xs">
            <Move status={status} inUse={inUse} />
            <Button
              variant="default"
              size="sm"
              onClick={() =>
                change(
                  {},
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

type Fields = ReturnType<typeof fieldsOf>;

function fieldsOf({ name, colour, closes, allow_tech_skip, hold_seconds }: StatusEntry) {
  return { name, colour, closes, allow_tech_skip, hold_seconds };
}
