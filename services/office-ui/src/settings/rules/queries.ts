// What the settings ask about rules, seen as board, by region or one by one, and what they change there.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import type { Api } from "../../api/client";
import { answered, ifMatch } from "../../api/client";
import type { Channel, Rule, RuleBody, Template } from "../../api/types";
import { useApi } from "../../api/useApi";
import { useKey } from "../../api/useKey";

const SETTLED = 60_000;
const MOST = 200;

export function useBoard() {
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["rules", "board"],
    queryFn: ({ signal }) => answered(api.GET("/v1/board", { signal })),
  });
}

export function useBoardRegions() {
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["rules", "regions"],
    queryFn: ({ signal }) => answered(api.GET("/v1/board/regions", { signal })),
  });
}

export function useOutbound() {
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["rules", "outbound"],
    queryFn: ({ signal }) => answered(api.GET("/v1/board/outbound-emails", { signal })),
  });
}

export function usePresets() {
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["presets"],
    staleTime: Infinity,
    queryFn: ({ signal }) => answered(api.GET("/v1/reminder-presets", { signal })),
  });
}

export function useRule(id: string) {
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["rules", "one", id],
    queryFn: ({ signal }) => answered(oneRule(api, id, signal)),
  });
}

/** Every template that can be sent, by name; whoever chooses one needs no page of them. */
export function useTemplates() {
  const api = useApi().template;
  return useQuery({
    queryKey: ["templates", "published"],
    staleTime: SETTLED,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const found: Template[] = [];
      let cursor: string | null = null;
      do {
        const query: { state: "published"; limit: number; cursor: string | null } = {
          state: "published",
          limit: MOST,
          cursor,
        };
        const page = await answered(api.GET("/v1/templates", { params: { query }, signal }));
        found.push(...page.items);
        cursor = page.next_cursor ?? null;
      } while (cursor);
      return found.sort((a, b) => a.name.localeCompare(b.name));
    },
  });
}

/** Where a rule is set from: the cell of a status for all customers is one of its own, and never two. */
export interface Place {
  trigger: Rule["trigger"];
  channel: Channel;
  statusId?: string | null | undefined;
  regionId?: string | null | undefined;
}

export interface Wanted {
  /** The rule that is there, as it was seen. */
  rule?: { id: string; version: number } | undefined;
  name: string;
  templateId: string;
  active: boolean;
}

/** Has a message sent, or no more; answers with the rule as it is then. */
export function useSetCell(place: Place) {
  const api = useApi().notifier;
  const post = usePost(api);
  return useRuleChange((wanted: Wanted) => setCell(api, place, wanted, post));
}

function setCell(
  api: Api["notifier"],
  place: Place,
  wanted: Wanted,
  post: (body: RuleBody) => Promise<Rule>,
): Promise<Rule> {
  const { rule, templateId, active } = wanted;
  if (place.trigger === "status_set" && place.statusId && !place.regionId) {
    return answered(
      api.PUT("/v1/board/statuses/{status_id}/{channel}", {
        params: {
          path: { status_id: place.statusId, channel: place.channel },
          header: rule ? ifMatch(rule) : {},
        },
        body: { template_id: templateId, active },
      }),
    );
  }
  if (rule) return changeRule(api, rule, { template_id: templateId, active });
  return post({ ...newRule(place, wanted.name), template_id: templateId, active });
}

/** What a rule starts as: for all customers, at once, with nothing special about it. */
export function newRule(place: Place, name: string): RuleBody {
  return {
    name,
    trigger: place.trigger,
    channel: place.channel,
    template_id: "",
    status_id: place.statusId ?? null,
    region_id: place.regionId ?? null,
    customer_kinds: ["residential", "commercial"],
    tags: [],
    lane: "normal",
    max_age_hours: null,
    expires_after_hours: 24,
    active: true,
    attach_report: null,
    once_per_job: false,
    timing: null,
  };
}

/** Changes some of a rule; what is not named stays. */
export function useChangeRule() {
  const api = useApi().notifier;
  return useRuleChange(
    ({ rule, change }: { rule: { id: string; version: number }; change: Partial<RuleBody> }) =>
      changeRule(api, rule, change),
  );
}

export function useAddRule() {
  const api = useApi().notifier;
  return useRuleChange(usePost(api));
}

/** Makes a rule; sent again for want of an answer, it is made once. */
function usePost(api: Api["notifier"]) {
  const key = useKey();
  const made = useRef(0);
  return async (body: RuleBody) => {
    const header = key([made.current, body]);
    const rule = await answered(api.POST("/v1/rules", { params: { header }, body }));
    made.current += 1;
    return rule;
  };
}

export function useTrial() {
  const api = useApi().notifier;
  return useMutation({
    mutationFn: ({ id, rule }: { id?: string | undefined; rule: RuleBody }) =>
      answered(api.POST("/v1/rule-trials", { body: { rule_id: id ?? null, rule, examples: 10 } })),
  });
}

async function changeRule(
  api: Api["notifier"],
  { id, version }: { id: string; version: number },
  change: Partial<RuleBody>,
): Promise<Rule> {
  const rule = await answered(oneRule(api, id));
  return answered(
    api.PUT("/v1/rules/{rule_id}", {
      params: { path: { rule_id: id }, header: ifMatch({ version }) },
      body: { ...rule, ...change },
    }),
  );
}

function oneRule(api: Api["notifier"], id: string, signal?: AbortSignal) {
  return api.GET("/v1/rules/{rule_id}", {
    params: { path: { rule_id: id } },
    ...(signal && { signal }),
  });
}

/** Pending until every view of the rules has been asked for again: until then what was wanted is shown. */
function useRuleChange<Variables>(ask: (wanted: Variables) => Promise<Rule>) {
  const queries = useQueryClient();
  const look = () => queries.invalidateQueries({ queryKey: ["rules"] });
  const show = (rule: Rule) => {
    queries.setQueryData(["rules", "one", rule.id], rule);
    return look();
  };
  return useMutation({ mutationFn: ask, onSuccess: show, onError: () => void look() });
}
