// What the office does to a job: another status, closed, open again, cancelled.
import { Button, Group, Menu } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job, StatusEntry } from "../api/types";
import { CancelJob } from "./CancelJob";
import { Changed } from "./Changed";
import { ChangeStatus } from "./ChangeStatus";
import { JobStatus } from "./JobStatus";
import { mayMove } from "./moves";
import { useChangeStatus, useStatuses } from "./queries";
import { PageHead } from "../parts/PageHead";

export function Acts({ job, title }: { job: Job; title: string }) {
  const { t } = useTranslation();
  const change = useChangeStatus(job.id);
  const statuses = useStatuses().data ?? [];
  const [first, setFirst] = useState<StatusEntry>();
  const [asking, setAsking] = useState<"status" | "cancel">();
  const ask = (to?: StatusEntry) => {
    setFirst(to);
    setAsking("status");
  };
  const may = statuses.filter((status) => mayMove(job, status));
  const closing = may.find(({ closes }) => closes);
  const opening = job.closed_at ? may.find(({ closes }) => !closes) : undefined;
  const close = () => setAsking(undefined);
  return (
    <>
      <PageHead title={title}>
        <Group>
          <JobStatus job={job} />
          {!job.cancelled_at && (
            <>
              <Button onClick={() => ask()}>{t("job.change")}</Button>
              <Menu position="bottom-end">
                <Menu.Target>
                  <Button variant="default">{t("ending.more")}</Button>
                </Menu.Target>
                <Menu.Dropdown>
                  {closing && <Menu.Item onClick={() => ask(closing)}>{t("ending.close")}</Menu.Item>}
                  {opening && <Menu.Item onClick={() => ask(opening)}>{t("ending.reopen")}</Menu.Item>}
                  {!job.closed_at && (
                    <Menu.Item onClick={() => setAsking("cancel")}>{t("ending.cancel")}</Menu.Item>
                  )}
                </Menu.Dropdown>
              </Menu>
            </>
          )}
        </Group>
      </PageHead>
      <ChangeStatus job={job} first={first} opened={asking === "status"} onClose={close} change={change} />
      {asking === "cancel" && <CancelJob job={job} onClose={close} />}
      {!asking && <Changed job={job} change={change} />}
    </>
  );
}
