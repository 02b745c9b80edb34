// A customer asks for a visit; accepted, it waits to be booked.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ServiceRequest } from "../api/types";
import { useCustomer } from "../customers/queries";
import { useJob } from "../jobs/queries";
import { place } from "../words/places";
import { bookingOf } from "./AnswerService";
import { Asked, type AskedProps, type Standing } from "./Asked";

const STANDINGS: Record<NonNullable<ServiceRequest["state"]>, Standing> = {
  received: "open",
  accepted: "yes",
  rejected: "no",
};

export function AsksForVisit({ request, customer, onAnswer }: AskedProps<ServiceRequest>) {
  const { t } = useTranslation();
  const where = useWhere(request);
  const { customer_id, summary, state, reason, received_at, job_id } = request;
  const book = (
    <>
      {" "}
      ·{" "}
      <Link to="/jobs/new" state={bookingOf(request, customer)}>
        {t("requests.book")}
      </Link>
    </>
  );
  return (
    <Asked
      customerId={customer_id}
      customer={customer}
      at={received_at}
      standing={STANDINGS[state]}
      reason={reason}
      words={summary}
      yes={t("requests.accept")}
      no={t("requests.turnDown")}
      onAnswer={onAnswer}
    >
      {where}
      {job_id ? <JobOf id={job_id}>{book}</JobOf> : state === "accepted" && book}
    </Asked>
  );
}

/** The job that was booked; `children` where it is cancelled, as another may take its place. */
function JobOf({ id, children }: { id: string; children: ReactNode }) {
  const { t } = useTranslation();
  const job = useJob(id).data;
  return (
    <>
      {" "}
      · <Link to={`/jobs/${id}`}>{job ? t("job.title", job) : t("requests.job")}</Link>
      {job?.cancelled_at && (
        <>
          {" "}
          ({t("requests.cancelled")}){children}
        </>
      )}
    </>
  );
}

function useWhere({ customer_id, service_address_id }: ServiceRequest): string {
  const { data } = useCustomer(customer_id);
  const address = data?.service_addresses.find(({ id }) => id === service_address_id);
  return address ? place(address) : "…";
}
