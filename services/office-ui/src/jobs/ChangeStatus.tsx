// Another status: which, whether the customer is told, and what that sends.
import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job, StatusEntry } from "../api/types";
import { Trouble } from "../parts/Trouble";
import { useSession } from "../session/useSession";
import type { useChangeStatus } from "./queries";
import { useStatuses } from "./queries";
import { WhoGetsIt } from "./WhoGetsIt";

interface Props {
  job: Job;
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

type Answer = "tell" | "silent";

function Choice({ job, onClose, change }: Props) {
  const { t } = useTranslation();
  const statuses = useStatuses();
  const { isOffice } = useSession();
  const [chosen, setChosen] = useState<string>("");
  const [answer, setAnswer] = useState<Answer | "">(isOffice ? "tell" : "");
  const to = statuses.data?.find(({ id }) => id === chosen);
  const asked = to !== undefined && (isOffice || to.allow_tech_skip);
  const save = () => {
    if (!to) return;
    const notify = asked ? { notify: answer === "tell" } : {};
    change.mutate({ to, of: job, ...notify }, { onSuccess: onClose });
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
      {asked && (
        <Radio.Group label={t("change.tellThem")} value={answer} onChange={setAnswer}>
          <Group mt="xs">
            <Radio value="tell" label={t("change.tell")} />
            <Radio value="silent" label={t("change.silent")} />
          </Group>
        </Radio.Group>
      )}
      {to && !asked && <Text size="sm">{t("change.alwaysTold")}</Text>}
      {to && isOffice && answer === "tell" && <WhoGetsIt status={to} job={job} />}
      {change.isError && <Trouble error={change.error} />}
      <Group justify="flex-end" className="last">
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button onClick={save} disabled={!to || (asked && !answer)} loading={change.isPending}>
          {to ? t("change.set", { status: to.name }) : t("change.choose")}
        </Button>
      </Group>
    </Stack>
  );
}

function mayMove(job: Job, to: StatusEntry): boolean {
  return to.active && to.id !== job.status.id && !(job.kind === "estimate" && to.closes);
}
