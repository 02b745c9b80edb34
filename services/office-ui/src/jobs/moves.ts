// Which statuses a job may be given, as status-svc has it.
import type { Job, StatusEntry } from "../api/types";

export function mayMove(job: Job, to: StatusEntry): boolean {
  const closesTwice = to.closes && Boolean(job.closed_at);
  return to.active && to.id !== job.status.id && !closesTwice && !(job.kind === "estimate" && to.closes);
}
