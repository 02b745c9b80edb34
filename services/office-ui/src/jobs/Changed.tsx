// After a change of status: what became of it, and how it is undone.
import { Alert, Button, Group, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job } from "../api/types";
import { Trouble } from "../parts/Trouble";
import { useSession } from "../session/useSession";
import type { useChangeStatus } from "./queries";

interface Props {
  job: Job;
  change: ReturnType<typeof useChangeStatus>;
}

/** A click takes a moment to arrive. */
const ON_ITS_WAY = 2_000;

export function Changed({ job, change }: Props) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const held = useHeld(change.submittedAt, change.variables?.to.hold_seconds ?? 0);
  if (change.isError) return <Trouble error={change.error} />;
  if (!change.isSuccess) return null;
  const { to, notify, of, undo } = change.variables;
  const before = of.status;
  const told = notify !== false;
  const silently = isOffice || before.allow_tech_skip || held;
  const takeBack = () =>
    change.mutate({ to: before, of: job, undo: true, ...(silently ? { notify: false } : {}) });
  return (
    <Alert role="status" title={t("changed.title", { status: to.name })}>
      <Group justify="space-between">
        <Text size="sm">
          {undo && !told
            ? t("changed.undone")
            : told
              ? held
                ? t("changed.held", { seconds: to.hold_seconds })
                : t("changed.told")
              : t("changed.quietly")}
        </Text>
        {!(undo && !told) && (
          <Button variant="default" onClick={takeBack} loading={change.isPending}>
            {silently
              ? t("changed.undo", { status: before.name })
              : t("changed.undoAndTell", { status: before.name })}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** Whether what was asked for at this moment waits still, and would for as long as a click takes. */
function useHeld(since: number, seconds: number): boolean {
  const until = since + seconds * 1000 - ON_ITS_WAY;
  const [over, setOver] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setOver(until), until - Date.now());
    return () => clearTimeout(timer);
  }, [until]);
  return seconds > 0 && over !== until;
}
