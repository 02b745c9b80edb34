// Where a job stands.
import { useTranslation } from "react-i18next";
import type { Job } from "../api/types";
import { Dot } from "../parts/Dot";

export function JobStatus({ job }: { job: Job }) {
  const { t } = useTranslation();
  if (job.cancelled_at) return <Dot colour="var(--fb-quiet)">{t("jobs.cancelled")}</Dot>;
  return <Dot colour={job.status.colour}>{job.status.name}</Dot>;
}
