// One job: facts on top, who was told what below, then what happened.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { Job } from "../api/types";
import { CustomerName } from "../customers/CustomerName";
import { useCustomer } from "../customers/queries";
import { PageHead } from "../parts/PageHead";
import { Section } from "../parts/Section";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { When } from "../parts/When";
import { useSession } from "../session/useSession";
import { money } from "../words/money";
import { place } from "../words/places";
import { Acts } from "./Acts";
import { AskedFor } from "./AskedFor";
import { Bill } from "./Bill";
import { History } from "./History";
import { JobStatus } from "./JobStatus";
import { Lines } from "./Lines";
import { Notes } from "./Notes";
import { Notifications } from "./Notifications";
import { useJob } from "./queries";
import "./jobs.css";
import { StatusButtons } from "./StatusButtons";
import { Visits } from "./Visits";

export function JobPage() {
  const { id = "" } = useParams();
  const job = useJob(id);
  if (job.isPending) return <Waiting />;
  if (job.isError) return <Trouble error={job.error} retry={() => void job.refetch()} />;
  return <Opened key={id} job={job.data} />;
}

function Opened({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const title = t("job.title", { number: job.number, title: job.title });
  return (
    <Stack>
      {isOffice ? (
        <Acts job={job} title={title} />
      ) : (
        <>
          <PageHead title={title}>
            <JobStatus job={job} />
          </PageHead>
          <StatusButtons job={job} />
        </>
      )}
      <Section title={t("job.facts")}>
        <Facts job={job} />
      </Section>
      {isOffice && <Notifications job={job} />}
      <Section title={t("notes.title")}>
        <Notes id={job.id} />
      </Section>
      <Section title={t("job.lines")}>
        <Lines job={job} />
      </Section>
      <Bill job={job} />
      <Section title={t("job.history")}>
        <History id={job.id} />
      </Section>
    </Stack>
  );
}

function Facts({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  return (
    <dl className="facts">
      <dt>{t("jobs.customer")}</dt>
      <dd>
        <Link to={`/customers/${job.customer_id}`}>
          <CustomerName id={job.customer_id} />
        </Link>
      </dd>
      <dt>{t("job.address")}</dt>
      <dd>
        <Address job={job} />
      </dd>
      {isOffice && <AskedFor job={job.id} />}
      <dt>{t("job.visits")}</dt>
      <dd>
        <Visits job={job} />
      </dd>
      <dt>{t("jobs.total")}</dt>
      <dd>
        {money(job.total, job.currency)}
        <span className="quiet"> · {t("job.balance", { balance: money(job.balance, job.currency) })}</span>
      </dd>
      <dt>{t("jobs.booked")}</dt>
      <dd>
        <When at={job.created_at} />
      </dd>
    </dl>
  );
}

function Address({ job }: { job: Job }) {
  const { data } = useCustomer(job.customer_id);
  const address = data?.service_addresses.find(({ id }) => id === job.service_address_id);
  return address ? place(address) : "…";
}
