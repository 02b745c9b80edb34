// Who changed what: the logs of three services as one, newest first.
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Api } from "../../api/client";
import { answered } from "../../api/client";
import type { CompanyChange, Page, RuleChange, StatusChange } from "../../api/types";
import { useApi } from "../../api/useApi";
import type { About } from "./abouts";

const AT_ONCE = 50;

/** Where each service's log goes on; `null` where it is at its end or is not asked. */
type Cursors = Record<Source, string | undefined | null>;
type Source = "statuses" | "company" | "rules";

export interface Change {
  key: string;
  at: string;
  source: Source;
  /** `status`, `company`, or what of the notifier's. */
  resource: string;
  /** Of which status, rule or region. */
  id: string | null;
  actor: string;
  actorName: string | null;
  role: string;
  field: string;
  old: unknown;
  new: unknown;
}

export interface Filters {
  about: About;
  actor?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

export function useChanges(filters: Filters) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ["changes", filters],
    initialPageParam: beginning(filters.about),
    queryFn: async ({ pageParam, signal }) => {
      const narrowed = {
        actor: filters.actor ?? null,
        since: filters.since ? startOf(filters.since) : null,
        until: filters.until ? endOf(filters.until) : null,
        limit: AT_ONCE,
      };
      const [statuses, company, rules] = await Promise.all([
        asked(pageParam.statuses, (cursor) => ofStatuses(api, { ...narrowed, cursor }, signal)),
        asked(pageParam.company, (cursor) => ofCompany(api, { ...narrowed, cursor }, signal)),
        asked(pageParam.rules, (cursor) => ofRules(api, filters.about, { ...narrowed, cursor }, signal)),
      ]);
      return { statuses, company, rules };
    },
    getNextPageParam: (page): Cursors | null => {
      const next = { statuses: on(page.statuses), company: on(page.company), rules: on(page.rules) };
      return Object.values(next).some(Boolean) ? next : null;
    },
    select: ({ pages }) => merged(pages),
  });
}

function beginning(about: About): Cursors {
  return {
    statuses: about === "all" || about === "statuses" ? undefined : null,
    company: about === "all" || about === "company" ? undefined : null,
    rules: about === "statuses" || about === "company" ? null : undefined,
  };
}

type Part = Page<Change>;
type Parts = Record<Source, Part>;

function asked(
  cursor: string | undefined | null,
  ask: (cursor: string | null) => Promise<Part>,
): Promise<Part> {
  return cursor === null ? Promise.resolve({ items: [] }) : ask(cursor ?? null);
}

function on(page: Part): string | null {
  return page.next_cursor ?? null;
}

/** What is newer than all that is still to come, in one order. */
function merged(pages: Parts[]): Change[] {
  const last = pages.at(-1);
  const bounds = last
    ? Object.values(last).flatMap((part) => (on(part) ? [part.items.at(-1)?.at ?? ""] : []))
    : [];
  const bound = bounds.sort().at(-1) ?? "";
  const all = pages.flatMap((page) => Object.values(page).flatMap(({ items }) => items));
  return all
    .filter(({ at }) => moment(at) >= moment(bound))
    .sort((a, b) => moment(b.at) - moment(a.at) || b.key.localeCompare(a.key, "en", { numeric: true }));
}

function moment(at: string): number {
  return at ? new Date(at).getTime() : 0;
}

interface Query {
  actor: string | null;
  since: string | null;
  until: string | null;
  cursor: string | null;
  limit: number;
}

async function ofStatuses({ status }: Api, query: Query, signal: AbortSignal): Promise<Part> {
  const page = await answered(status.GET("/v1/statuses/changes", { params: { query }, signal }));
  const items = page.items.map((each: StatusChange) => ({
    ...common("statuses", each),
    resource: "status",
    id: each.status_id,
  }));
  return { ...page, items };
}

async function ofCompany({ customer }: Api, query: Query, signal: AbortSignal): Promise<Part> {
  const page = await answered(customer.GET("/v1/company/changes", { params: { query }, signal }));
  const items = page.items.map((each: CompanyChange) => ({
    ...common("company", each),
    resource: "company",
    id: each.part_id,
  }));
  return { ...page, items };
}

async function ofRules({ notifier }: Api, about: About, query: Query, signal: AbortSignal): Promise<Part> {
  const resource = about === "all" || about === "statuses" || about === "company" ? null : about;
  const page = await answered(
    notifier.GET("/v1/changes", { params: { query: { ...query, resource } }, signal }),
  );
  const items = page.items.map((each: RuleChange) => ({
    ...common("rules", each),
    resource: each.resource,
    id: each.resource_id,
  }));
  return { ...page, items };
}

function common(source: Source, each: StatusChange | CompanyChange | RuleChange) {
  const { at, actor, actor_name, role, field, old, new: after } = each;
  return {
    key: `${source} ${each.id}`,
    source,
    at,
    actor,
    actorName: actor_name,
    role,
    field,
    old,
    new: after,
  };
}

/** From the first moment of a day here. */
function startOf(day: string): string {
  return new Date(`${day}T00:00:00`).toISOString();
}

/** Up to the last moment of a day here. */
function endOf(day: string): string {
  const next = new Date(`${day}T00:00:00`);
  next.setDate(next.getDate() + 1);
  return next.toISOString();
}
