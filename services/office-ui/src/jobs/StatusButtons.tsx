// Every status that a technician may set, each a large button; what must be asked is asked.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job, StatusEntry } from "../api/types";
import { Dot } from "../parts/Dot";
import { Changed } from "./Changed";
import { mayMove } from "./moves";
import { useChangeStatus, useStatuses } from "./queries";
import { SetStatus } from "./SetStatus";

export function StatusButtons({ job }: { job: Job }) {
  const { t } = useTranslation();
  const change = useChangeStatus(job.id);
  const statuses = useStatuses().data ?? [];
  const [asked, setAsked] = useState<StatusEntry>();
  const choose = (to: StatusEntry) => {
    if (to.allow_tech_skip) setAsked(to);
    else change.mutate({ to, of: job });
  };
  if (job.cancelled_at) return null;
  return (
    <>
      {!asked && <Changed job={job} change={change} />}
      <div className="status-buttons" role="group" aria-label={t("today.set")}>
        {statuses
          .filter((status) => mayMove(job, status))
          .map((status) => (
            <Button
              key={status.id}
              size="lg"
              variant="default"
              justify="start"
              disabled={change.isPending}
              onClick={() => choose(status)}
            >
              <Dot colour={status.colour}>{status.name}</Dot>
            </Button>
          ))}
      </div>
      {asked && (
        <SetStatus job={job} first={asked} opened change={change} onClose={() => setAsked(undefined)} />
      )}
    </>
  );
}
