// The company's own settings, and how they are changed.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, ifMatch } from "../../api/client";
import type { Company, CompanyChanges } from "../../api/types";
import { useApi } from "../../api/useApi";

const KEY = ["company"];
/** The notifier goes by a copy; the board knows of a change of regions a moment later. */
const TRAVELS = 1_500;

export function useCompany() {
  const api = useApi().customer;
  return useQuery({
    queryKey: KEY,
    staleTime: 60_000,
    queryFn: ({ signal }) => answered(api.GET("/v1/company", { signal })),
  });
}

export interface CompanyChange {
  changes: CompanyChanges;
  /** What was seen; the newest where a change reads nothing of it. */
  from?: Company;
}

/** Changes what is named, one change after the other. */
export function useChangeCompany() {
  const api = useApi().customer;
  return useCompanyChange(({ changes, from }: CompanyChange, header) =>
    answered(api.PATCH("/v1/company", { params: { header: from ? ifMatch(from) : header }, body: changes })),
  );
}

/** A picture, or `null` for none. */
export function useChangeLogo() {
  const api = useApi().customer;
  return useCompanyChange((picture: File | null, header) => {
    if (!picture) return answered(api.DELETE("/v1/company/logo", { params: { header } }));
    const sent = { params: { header }, headers: { "Content-Type": picture.type } };
    return answered(
      api.PUT("/v1/company/logo", {
        ...sent,
        body: picture as never,
        bodySerializer: (file: unknown) => file as File,
      }),
    );
  });
}

function useCompanyChange<Wanted>(ask: (wanted: Wanted, header: { "If-Match": string }) => Promise<Company>) {
  const queries = useQueryClient();
  return useMutation({
    scope: { id: "company" },
    mutationFn: (wanted: Wanted) =>
      ask(wanted, ifMatch(queries.getQueryData<Company>(KEY) ?? { version: 0 })),
    onSuccess: (after) => {
      queries.setQueryData(KEY, after);
      setTimeout(() => void queries.invalidateQueries({ queryKey: ["rules"] }), TRAVELS);
    },
    onError: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

/** What takes `changes` back: the same settings as the company had them. */
export function before(company: Company, changes: CompanyChanges): CompanyChanges {
  const names = Object.keys(changes) as (keyof CompanyChanges)[];
  return Object.fromEntries(names.map((name) => [name, was(company[name], changes[name])]));
}

function was(old: unknown, changed: unknown): unknown {
  if (!isRecord(old) || !isRecord(changed)) return old;
  return Object.fromEntries(Object.keys(changed).map((name) => [name, old[name]]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
