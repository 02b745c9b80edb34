// Which of a job's visits a list shows.
import type { Job, Visit } from "../api/types";

/** The visit that is on, or comes next; else the last one. */
export function nextVisit(job: Job, now = new Date()): Visit | undefined {
  const kept = job.visits.filter((visit) => !visit.cancelled);
  const sorted = kept.toSorted((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at));
  return sorted.find((visit) => new Date(visit.ends_at) > now) ?? sorted.at(-1);
}
