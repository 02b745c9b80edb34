// A customer asks for another time of a visit, or for none.
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { VisitRequest } from "../api/types";
import { useJob } from "../jobs/queries";
import { OWN_ZONE, span } from "../words/times";
import { Asked, type AskedProps, type Standing } from "./Asked";

const STANDINGS: Record<NonNullable<VisitRequest["state"]>, Standing> = {
  open: "open",
  accepted: "yes",
  declined: "no",
};

export function AsksOfVisit({ request, customer, onAnswer }: AskedProps<VisitRequest>) {
  const { t } = useTranslation();
  const job = useJob(request.job_id).data;
  const visit = job?.visits.find(({ id }) => id === request.visit_id);
  const zone = visit?.zone ?? OWN_ZONE;
  const { wish, starts_at, ends_at, words, state, reason, asked_at } = request;
  return (
    <Asked
      customerId={request.customer_id}
      customer={customer}
      at={asked_at}
      standing={STANDINGS[state]}
      reason={reason}
      words={words}
      yes={t(`requests.visit.${wish}`)}
      no={t("requests.visit.decline")}
      onAnswer={onAnswer}
    >
      <Link to={`/jobs/${request.job_id}`}>{job?.title ?? "…"}</Link>
      {visit && ` · ${span(visit.starts_at, visit.ends_at, zone)}`}
      <div>
        {wish === "cancel"
          ? t("requests.visit.wantsNone")
          : starts_at && ends_at
            ? t("requests.visit.wants", { when: span(starts_at, ends_at, zone) })
            : t("requests.visit.wantsOther")}
      </div>
    </Asked>
  );
}
