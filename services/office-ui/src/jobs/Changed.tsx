// After a change of status: what became of it, and how it is undone.
import { Alert, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Job } from "../api/types";
import { Trouble } from "../parts/Trouble";
import { useSession } from "../session/useSession";
import type { useChangeStatus } from "./queries";

interface Props {
  job: Job;
  change: ReturnType<typeof useChangeStatus>;
}

export function Changed({ job, change }: Props) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  if (change.isError) return <Trouble error={change.error} />;
  if (!change.isSuccess) return null;
  const { to, notify, of } = change.variables;
  const before = of.status;
  const told = notify !== false;
  const held = told && job.status.hold_seconds > 0;
  const silently = isOffice || before.allow_tech_skip;
  const undo = () => change.mutate({ to: before, of: job, ...(silently ? { notify: false } : {}) });
  return (
    <Alert role="status" title={t("changed.title", { status: to.name })}>
      <Group justify="space-between">
        <Text size="sm">
          {told
            ? held
              ? t("changed.held", { seconds: job.status.hold_seconds })
              : t("changed.told")
            : t("changed.quietly")}
        </Text>
        <Button variant="default" onClick={undo} loading={change.isPending}>
          {silently
            ? t("changed.undo", { status: before.name })
            : t("changed.undoAndTell", { status: before.name })}
        </Button>
      </Group>
    </Alert>
  );
}
