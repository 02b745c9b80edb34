// All jobs, newest first: searched, by status, of a customer.
import { Button, Group, NativeSelect } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Job } from "../api/types";
import { CustomerName } from "../customers/CustomerName";
import { Empty } from "../parts/Empty";
import { More } from "../parts/More";
import { PageHead } from "../parts/PageHead";
import { SearchField } from "../parts/SearchField";
import { Trouble } from "../parts/Trouble";
import { useFilters } from "../parts/useFilters";
import { Waiting } from "../parts/Waiting";
import { money } from "../words/money";
import { When } from "../parts/When";
import { JobStatus } from "./JobStatus";
import { useJobs, useStatuses } from "./queries";
import { nextVisit, VisitTime } from "./Visits";

export function JobList() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("jobs.title")} />
      <Filters />
      <Jobs />
    </>
  );
}

function Filters() {
  const { t } = useTranslation();
  const { get, set } = useFilters();
  const statuses = useStatuses().data ?? [];
  const customer = get("customer");
  return (
    <Group align="flex-end" mb="md">
      <SearchField label={t("jobs.search")} value={get("q")} onSearch={(q) => set({ q })} />
      <NativeSelect
        label={t("jobs.status")}
        value={get("status") ?? ""}
        onChange={({ currentTarget }) => set({ status: currentTarget.value })}
        data={[
          { value: "", label: t("jobs.anyStatus") },
          ...statuses.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      {customer && (
        <Button variant="default" onClick={() => set({ customer: null })}>
          {t("jobs.notOnly")} <CustomerName id={customer} />
        </Button>
      )}
    </Group>
  );
}

function Jobs() {
  const { t } = useTranslation();
  const { get } = useFilters();
  const filters = { words: get("q"), status: get("status"), customer: get("customer") };
  const jobs = useJobs(filters);
  if (jobs.isPending) return <Waiting lines={10} />;
  if (jobs.isError) return <Trouble error={jobs.error} retry={() => void jobs.refetch()} />;
  const rows = jobs.data.pages.flatMap((page) => page.items);
  if (rows.length === 0)
    return <Empty>{Object.values(filters).some(Boolean) ? t("jobs.noneFound") : t("jobs.none")}</Empty>;
  return (
    <>
      <table className="grid" aria-label={t("jobs.title")}>
        <thead>
          <tr>
            <th scope="col">{t("jobs.job")}</th>
            <th scope="col">{t("jobs.customer")}</th>
            <th scope="col">{t("jobs.status")}</th>
            <th scope="col">{t("jobs.visit")}</th>
            <th scope="col">{t("jobs.total")}</th>
            <th scope="col">{t("jobs.booked")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((job) => (
            <Row key={job.id} job={job} />
          ))}
        </tbody>
      </table>
      <More pages={jobs} />
    </>
  );
}

function Row({ job }: { job: Job }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const visit = nextVisit(job);
  return (
    <tr>
      <td>
        <Link
          className="whole-row"
          to={`/jobs/${job.id}`}
          onClick={() => queries.setQueryData(["job", job.id], job)}
        >
          {job.title}
        </Link>
        <div className="quiet">
          {job.kind === "estimate" ? t("job.estimateNumber", job) : t("job.number", job)}
        </div>
      </td>
      <td>
        <CustomerName id={job.customer_id} />
      </td>
      <td className="narrow">
        <JobStatus job={job} />
      </td>
      <td>{visit && <VisitTime visit={visit} />}</td>
      <td className="narrow">{money(job.total, job.currency)}</td>
      <td className="narrow quiet">
        <When at={job.created_at} />
      </td>
    </tr>
  );
}
