// What a message is tried on: which occasion, and which job.
import { useState } from "react";
import type { Job, RuleUse, Template, Trigger } from "../api/types";
import { en } from "../words/en";

export const TRIGGERS = Object.keys(en.trigger) as Trigger[];

/** What the rules that use a template fire on; those that this page does not know are left out. */
export function triggersOf(rules: RuleUse[]): Trigger[] {
  return TRIGGERS.filter((trigger) => rules.some((rule) => rule.trigger === trigger));
}

export interface Occasion {
  trigger: Trigger;
  job: Job | null;
}

export function useOccasion({ used_by: rules }: Template) {
  const [first = "status_set"] = triggersOf(rules.filter(({ active }) => active).concat(rules));
  const [occasion, set] = useState<Occasion>({ trigger: first, job: null });
  return { ...occasion, set };
}

export type OccasionState = ReturnType<typeof useOccasion>;
