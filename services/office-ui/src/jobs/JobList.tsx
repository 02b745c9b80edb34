// All jobs, newest first: searched, by status, of a customer.
import { Button, Group, NativeSelect, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Job, Page } from "../api/types";
import { CustomerName, NameOf } from "../customers/CustomerName";
import { useFoundCustomers, useNames } from "../customers/queries";
import { Empty } from "../parts/Empty";
import { More } from "../parts/More";
import { SearchField } from "../parts/SearchField";
import { Trouble } from "../parts/Trouble";
import { useFilters } from "../parts/useFilters";
import { Waiting } from "../parts/Waiting";
import { money } from "../words/money";
import { When } from "../parts/When";
import { JobStatus } from "./JobStatus";
import { useJobs, useStatuses } from "./queries";
import { nextVisit } from "./nextVisit";
import { VisitTime } from "./VisitTime";

export function JobList() {
  return (
    <>
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
      {get("cancelled") === "no" && (
        <Button variant="default" onClick={() => set({ cancelled: null })}>
          {t("jobs.takingPlace")}
        </Button>
      )}
      {customer && (
        <Button variant="default" onClick={() => set({ customer: null })}>
          <span>
            {t("jobs.notOnly")} <CustomerName id={customer} />
          </span>
        </Button>
      )}
      {!customer && <Called words={get("q")} />}
    </Group>
  );
}

/** The words may be a customer's: theirs are a click away. */
function Called({ words }: { words: string | undefined }) {
  const { t } = useTranslation();
  const { set } = useFilters();
  const { data: customers = [] } = useFoundCustomers(words, 5);
  if (customers.length === 0) return null;
  return (
    <Group gap="xs" w="100%">
      <Text size="sm">{t("jobs.called")}</Text>
      {customers.map(({ id, name }) => (
        <Button key={id} variant="default" size="compact-sm" onClick={() => set({ customer: id, q: null })}>
          {name}
        </Button>
      ))}
    </Group>
  );
}

function Jobs() {
  const { t } = useTranslation();
  const { get } = useFilters();
  const filters = {
    words: get("q"),
    status: get("status"),
    customer: get("customer"),
    cancelled: get("cancelled") === "no" ? false : undefined,
  };
  const jobs = useJobs(filters);
  if (jobs.isPending) return <Waiting lines={10} />;
  if (jobs.isError) return <Trouble error={jobs.error} retry={() => void jobs.refetch()} />;
  const pages = jobs.data.pages.filter((page) => page.items.length > 0);
  if (pages.length === 0)
    return (
      <Empty>
        {Object.values(filters).some((filter) => filter !== undefined) ? t("jobs.noneFound") : t("jobs.none")}
      </Empty>
    );
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
          {pages.map((page) => (
            <Rows key={page.items[0]?.id} page={page} />
          ))}
        </tbody>
      </table>
      <More pages={jobs} />
    </>
  );
}

function Rows({ page }: { page: Page<Job> }) {
  const names = useNames(page.items.map((job) => job.customer_id));
  return page.items.map((job) => <Row key={job.id} job={job} customer={names.get(job.customer_id)} />);
}

function Row({ job, customer }: { job: Job; customer: string | undefined }) {
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
        <NameOf name={customer} />
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
