// When somebody comes, by the clock of the place.
import type { Visit } from "../api/types";
import { span } from "../words/times";

export function VisitTime({ visit }: { visit: Visit }) {
  return <time dateTime={visit.starts_at}>{span(visit.starts_at, visit.ends_at, visit.zone)}</time>;
}
