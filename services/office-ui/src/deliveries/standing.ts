// How a delivery stands, in four groups that the office thinks in.
import { phoneNumber } from "../words/phones";
import type { Delivery, DeliveryState } from "../api/types";

export type Standing = "good" | "waiting" | "quiet" | "bad";

const STANDING: Record<DeliveryState, Standing> = {
  queued: "waiting",
  sending: "waiting",
  sent: "good",
  delivered: "good",
  skipped: "quiet",
  cancelled: "quiet",
  expired: "quiet",
  failed: "bad",
  bounced: "bad",
  undelivered: "bad",
  unknown: "bad",
};

export function standing(delivery: Pick<Delivery, "state">): Standing {
  return STANDING[delivery.state];
}

export function statesOf(wanted: Standing): DeliveryState[] {
  return (Object.keys(STANDING) as DeliveryState[]).filter((state) => STANDING[state] === wanted);
}

export const COLOURS: Record<Standing, string> = {
  good: "var(--fb-good)",
  waiting: "var(--fb-waiting)",
  quiet: "var(--fb-quiet)",
  bad: "var(--fb-bad)",
};

type Addressed = Pick<Delivery, "address" | "masked_address" | "channel">;

/** Where it goes, as people write it. */
export function addressWords({ address, masked_address, channel }: Addressed): string {
  const known = address ?? masked_address ?? "";
  return channel === "email" ? known : phoneNumber(known);
}

/** The log's explanation without the state's word in front, which stands beside it. */
export function reasonWords(explanation: string): string {
  const rest = explanation.replace(
    /^(Not sent|Failed|Unknown|Cancelled|Waiting|Undelivered|Bounced)[:.] /,
    "",
  );
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** Whether it will say something else in a moment. */
export function isMoving(delivery: Delivery, now = Date.now()): boolean {
  const soon = delivery.due_at === null || Date.parse(delivery.due_at) < now + 90_000;
  return standing(delivery) === "waiting" && !delivery.waits_for && soon;
}
