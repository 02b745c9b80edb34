// The job will not take place: who hears of it is said before.
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job } from "../api/types";
import { Trouble } from "../parts/Trouble";
import { useCancelJob } from "./queries";
import { Telling } from "./Telling";
import { WhoGetsIt } from "./WhoGetsIt";

export function CancelJob({ job, onClose }: { job: Job; onClose: () => void }) {
  const { t } = useTranslation();
  const cancel = useCancelJob(job);
  const [notify, setNotify] = useState(true);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("ending.cancelTitle")}
      size="lg"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack>
        <Text>{t("ending.final")}</Text>
        <Telling notify={notify} onChange={setNotify} />
        {notify && (
          <WhoGetsIt ask={{ trigger: "job_cancelled", job_ids: [job.id] }} nobody={t("ending.nobody")} />
        )}
        {cancel.isError && <Trouble error={cancel.error} />}
        <Group justify="flex-end" className="last">
          <Button variant="default" onClick={onClose}>
            {t("ending.keep")}
          </Button>
          <Button
            color="red"
            loading={cancel.isPending}
            onClick={() => cancel.mutate(notify, { onSuccess: onClose })}
          >
            {t("ending.doCancel")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
