// A technician sets a status: asked whether the customer is told where the status says so, and only there (S1.11).
import { Button, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Job, StatusEntry } from "../api/types";
import { Trouble } from "../parts/Trouble";
import type { useChangeStatus } from "./queries";

interface Props {
  job: Job;
  first: StatusEntry;
  opened: boolean;
  onClose: () => void;
  change: ReturnType<typeof useChangeStatus>;
}

export function SetStatus({ job, first: to, opened, onClose, change }: Props) {
  const { t } = useTranslation();
  const set = (answer: { notify?: boolean }) =>
    change.mutate({ to, of: job, ...answer }, { onSuccess: onClose });
  const busy = change.isPending;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("change.set", { status: to.name })}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack>
        {to.allow_tech_skip ? (
          <>
            <Text fw={550}>{t("change.tellThem")}</Text>
            <Button size="lg" loading={busy} onClick={() => set({ notify: true })}>
              {t("today.yes")}
            </Button>
            <Button size="lg" variant="default" disabled={busy} onClick={() => set({ notify: false })}>
              {t("today.no")}
            </Button>
          </>
        ) : (
          <>
            <Text>{t("change.alwaysTold")}</Text>
            <Button size="lg" loading={busy} onClick={() => set({})}>
              {t("change.set", { status: to.name })}
            </Button>
          </>
        )}
        {change.isError && <Trouble error={change.error} />}
      </Stack>
    </Modal>
  );
}
