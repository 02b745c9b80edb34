// The customer's newest jobs, and the way to all of them.
import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { JobStatus } from "../../jobs/JobStatus";
import { useJobs } from "../../jobs/queries";
import { Trouble } from "../../parts/Trouble";
import { Waiting } from "../../parts/Waiting";
import { When } from "../../parts/When";

const SHOWN = 5;

export function RecentJobs({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const jobs = useJobs({ customer: customerId });
  if (jobs.isPending) return <Waiting lines={2} />;
  if (jobs.isError) return <Trouble error={jobs.error} retry={() => void jobs.refetch()} />;
  const newest = jobs.data.pages.flatMap((page) => page.items).slice(0, SHOWN);
  if (newest.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t("customer.noJobs")}
      </Text>
    );
  return (
    <ul className="timeline plain">
      {newest.map((job) => (
        <li key={job.id}>
          <Group gap="md" justify="space-between">
            <span>
              <Link to={`/jobs/${job.id}`}>{job.title}</Link>
              <span className="quiet">
                {" "}
                · {t("job.number", job)} · <When at={job.created_at} />
              </span>
            </span>
            <JobStatus job={job} />
          </Group>
        </li>
      ))}
    </ul>
  );
}
