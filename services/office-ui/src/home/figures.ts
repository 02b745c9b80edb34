// The log's counts as the office thinks of them.
import type { DeliverySummary, Reason } from "../api/types";
import { standing, type Standing } from "../deliveries/standing";

export type Figures = Record<Standing, number>;
type Count = DeliverySummary["counts"][number];

export const STANDINGS: Standing[] = ["good", "waiting", "quiet", "bad"];

export function figures(counts: Count[]): Figures {
  const sums: Figures = { good: 0, waiting: 0, quiet: 0, bad: 0 };
  for (const each of counts) sums[standing(each)] += each.count;
  return sums;
}

export interface Hour {
  at: Date;
  sums: Figures;
  all: number;
}

/** From the first hour with a message to the last. */
export function hours(counts: Count[]): Hour[] {
  const times = [...new Set(counts.map(({ hour }) => Date.parse(hour)))];
  if (times.length === 0) return [];
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return Array.from({ length: (last - first) / 3_600_000 + 1 }, (_, n) => {
    const at = first + n * 3_600_000;
    const within = counts.filter(({ hour }) => Date.parse(hour) === at);
    return {
      at: new Date(at),
      sums: figures(within),
      all: within.reduce((sum, { count }) => sum + count, 0),
    };
  });
}

export interface Why {
  reason: Reason;
  explanation: string;
  standing: Standing;
  count: number;
}

/** Why messages did not go, what happened most often first. */
export function reasons(counts: Count[]): Why[] {
  const found = new Map<Reason, Why>();
  for (const each of counts) {
    const { reason, explanation } = each;
    const stands = standing(each);
    if (!reason || !explanation || stands === "good" || stands === "waiting") continue;
    const count = (found.get(reason)?.count ?? 0) + each.count;
    found.set(reason, { reason, explanation, standing: stands, count });
  }
  return [...found.values()].sort((one, other) => other.count - one.count);
}
