// What the ids in the change log are called: statuses, rules, regions, templates.
import { useStatuses } from "../../jobs/queries";
import { useCompany } from "../company/queries";
import { useBoard, useTemplates } from "../rules/queries";
import type { Change } from "./queries";

export type Names = Map<string, string>;

/** As they are called today; what is gone, as it was called when it came or went. */
export function useNames(changes: Change[]): Names {
  const statuses = useStatuses().data ?? [];
  const templates = useTemplates().data ?? [];
  const regions = useCompany().data?.regions ?? [];
  const rules = (useBoard().data?.rows ?? []).flatMap(({ channels }) => Object.values(channels).flat());
  const told = changes.flatMap((change) => {
    const name = nameIn(change.new) ?? nameIn(change.old);
    return change.id && name ? [{ id: change.id, name }] : [];
  });
  return new Map(
    [...told, ...statuses, ...templates, ...regions, ...rules].map(({ id, name }) => [id, name]),
  );
}

function nameIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("name" in value)) return undefined;
  return typeof value.name === "string" ? value.name : undefined;
}
