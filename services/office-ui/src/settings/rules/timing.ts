// When reminders and follow-ups go.
import type { Timing, Trigger } from "../../api/types";

export const REMINDERS = ["visit_reminder", "estimate_reminder", "invoice_reminder", "follow_up"] as const;
export type Reminder = (typeof REMINDERS)[number];

export function isReminder(trigger: Trigger): trigger is Reminder {
  return REMINDERS.some((each) => each === trigger);
}

/** What a new one begins with; an answer to an event has none. */
export function firstTiming(trigger: Trigger): Timing | null {
  if (!isReminder(trigger)) return null;
  return trigger === "visit_reminder"
    ? { days_before: 1, at: "17:00:00" }
    : { days_after: 7, at: "10:00:00" };
}
