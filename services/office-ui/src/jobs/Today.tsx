// A technician's own visits of today, the next one first, each with the statuses to set.
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Job } from "../api/types";
import { useCustomer } from "../customers/queries";
import { Empty } from "../parts/Empty";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useSession } from "../session/useSession";
import { type Day, today } from "../words/days";
import { place } from "../words/places";
import { JobStatus } from "./JobStatus";
import { useVisitsOf } from "./queries";
import { StatusButtons } from "./StatusButtons";
import { VisitTime } from "./VisitTime";

export function Today() {
  const { t } = useTranslation();
  const { id } = useSession();
  const day = today();
  const visits = useVisitsOf(id, day);
  if (visits.isPending) return <Waiting lines={4} />;
  if (visits.isError) return <Trouble error={visits.error} retry={() => void visits.refetch()} />;
  const jobs = visits.data.toSorted((one, other) => starts(one, id, day) - starts(other, id, day));
  return (
    <Stack component="section" aria-label={t("today.title")} mb="xl">
      <Text component="h2" fw={650} m={0}>
        {t("today.title")}
      </Text>
      {jobs.length === 0 && <Empty>{t("today.none")}</Empty>}
      {jobs.map((job) => (
        <Visit key={job.id} job={job} day={day} />
      ))}
    </Stack>
  );
}

function Visit({ job, day }: { job: Job; day: Day }) {
  const { id } = useSession();
  const { data: customer } = useCustomer(job.customer_id);
  const address = customer?.service_addresses.find((each) => each.id === job.service_address_id);
  return (
    <Section title={job.title} action={<JobStatus job={job} />}>
      <Stack gap="xs">
        {ownVisits(job, id, day).map((visit) => (
          <Text key={visit.id} fw={550}>
            <VisitTime visit={visit} />
          </Text>
        ))}
        <Text>
          <Link to={`/jobs/${job.id}`}>{customer?.name ?? "…"}</Link>
          {address && `, ${place(address)}`}
        </Text>
        <StatusButtons job={job} />
      </Stack>
    </Section>
  );
}

function ownVisits(job: Job, technician: string, { since, until }: Day) {
  return job.visits.filter(
    (visit) =>
      !visit.cancelled &&
      visit.technicians.some(({ id }) => id === technician) &&
      Date.parse(visit.ends_at) > Date.parse(since) &&
      Date.parse(visit.starts_at) < Date.parse(until),
  );
}

function starts(job: Job, technician: string, day: Day): number {
  return Math.min(...ownVisits(job, technician, day).map((visit) => Date.parse(visit.starts_at)));
}
