// Where a new message is begun: its place as the address of its page.
import type { Place } from "./queries";

export function asQuery({ trigger, channel, statusId, regionId }: Place, name: string): string {
  const query = new URLSearchParams({ trigger, channel, name });
  if (statusId) query.set("status", statusId);
  if (regionId) query.set("region", regionId);
  return query.toString();
}
