// The job will not take place: who hears of it is said before.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Job } from "../api/types";
import { useCancelJob } from "./queries";
import { TellingDialog } from "./TellingDialog";

export function CancelJob({ job, onClose }: { job: Job; onClose: () => void }) {
  const { t } = useTranslation();
  const cancel = useCancelJob(job);
  return (
    <TellingDialog
      title={t("ending.cancelTitle")}
      save={t("ending.doCancel")}
      keep={t("ending.keep")}
      isFinal
      doing={cancel}
      ask={{ trigger: "job_cancelled", job_ids: [job.id] }}
      nobody={t("ending.nobody")}
      onSave={(notify) => cancel.mutate(notify, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text>{t("ending.final")}</Text>
    </TellingDialog>
  );
}
