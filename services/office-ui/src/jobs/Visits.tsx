// When somebody comes, and who, by the clock of the place.
import { useTranslation } from "react-i18next";
import type { Job, Visit } from "../api/types";
import { span } from "../words/times";

/** The visit that is on, or comes next; else the last one. */
export function nextVisit(job: Job, now = new Date()): Visit | undefined {
  const kept = job.visits.filter((visit) => !visit.cancelled);
  const sorted = kept.toSorted((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at));
  return sorted.find((visit) => new Date(visit.ends_at) > now) ?? sorted.at(-1);
}

export function VisitTime({ visit }: { visit: Visit }) {
  return <time dateTime={visit.starts_at}>{span(visit.starts_at, visit.ends_at, visit.zone)}</time>;
}

export function Visits({ job }: { job: Job }) {
  const { t } = useTranslation();
  const visits = job.visits;
  if (visits.length === 0) return t("job.noVisit");
  return visits.map((visit) => (
    <div key={visit.id}>
      {visit.cancelled ? <s>{<VisitTime visit={visit} />}</s> : <VisitTime visit={visit} />}
      {visit.cancelled && ` ${t("job.visitCancelled")}`}
      {visit.technicians.length > 0 && (
        <span className="quiet"> · {visit.technicians.map(({ name }) => name).join(", ")}</span>
      )}
    </div>
  ));
}
