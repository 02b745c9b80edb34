// Another status: which, whether the customer is told, and what that sends.
import { Button, Group, Modal, Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job, StatusEntry } from "../api/types";
import { Trouble } from "../parts/Trouble";
import { mayMove } from "./moves";
import type { useChangeStatus } from "./queries";
import { useStatuses } from "./queries";
import { Telling } from "./Telling";
import { WhoGetsIt } from "./WhoGetsIt";

interface Props {
  job: Job;
  /** Which is chosen to begin with. */
  first?: StatusEntry | undefined;
  opened: boolean;
  onClose: () => void;
  change: ReturnType<typeof useChangeStatus>;
}

export function ChangeStatus(props: Props) {
  const { t } = useTranslation();
  const { opened, onClose } = props;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("change.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Choice {...props} />
    </Modal>
  );
}

function Choice({ job, first, onClose, change }: Props) {
  const { t } = useTranslation();
  const statuses = useStatuses();
  const [chosen, setChosen] = useState(first?.id ?? "");
  const [notify, setNotify] = useState(true);
  const to = statuses.data?.find(({ id }) => id === chosen);
  const save = () => {
    if (to) change.mutate({ to, of: job, notify }, { onSuccess: onClose });
  };
  return (
    <Stack>
      <Radio.Group label={t("change.to")} value={chosen} onChange={setChosen}>
        <Stack gap="xs" mt="xs">
          {statuses.data
            ?.filter((status) => mayMove(job, status))
            .map((status) => (
              <Radio
                key={status.id}
                value={status.id}
                label={status.name}
                description={status.closes ? t("change.closes") : undefined}
              />
            ))}
        </Stack>
      </Radio.Group>
      {to && <Telling notify={notify} onChange={setNotify} />}
      {to && notify && (
        <WhoGetsIt
          ask={{ trigger: "status_set", job_ids: [job.id], status_id: to.id }}
          nobody={t("change.nobody", { status: to.name })}
          hold={to.hold_seconds}
        />
      )}
      {change.isError && <Trouble error={change.error} />}
      <Group justify="flex-end" className="last">
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button onClick={save} disabled={!to} loading={change.isPending}>
          {to ? t("change.set", { status: to.name }) : t("change.choose")}
        </Button>
      </Group>
    </Stack>
  );
}
