// The company's own settings, and how they are changed.
import { useMutation, useMutationState, useQuery, useQueryClient } from "@tanstack/react-query";
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
  /** The company as it was seen when this was asked for. */
  from: Company;
  /** What becomes of it; asked again where one's own changes have gone before. */
  changes: (company: Company) => CompanyChanges;
}

/** Changes what is named, one change after the other. */
export function useChangeCompany() {
  const api = useApi().customer;
  return useCompanyChange(({ changes }: CompanyChange, company) =>
    answered(api.PATCH("/v1/company", { params: { header: ifMatch(company) }, body: changes(company) })),
  );
}

/** A picture, or `null` for none. */
export function useChangeLogo() {
  const api = useApi().customer;
  return useCompanyChange(({ picture }: { from: Company; picture: Blob | null }, company) => {
    const params = { header: ifMatch(company) };
    if (!picture) return answered(api.DELETE("/v1/company/logo", { params }));
    return answered(
      api.PUT("/v1/company/logo", {
        params,
        headers: { "Content-Type": picture.type },
        body: picture as never,
        bodySerializer: (file: unknown) => file as Blob,
      }),
    );
  });
}

/** Which version each change that was made in this tab began at, and which came of it. */
const own = new Map<number, number>();

/** Goes on from what was seen, also over one's own changes since; over a colleague's it is refused. */
function useCompanyChange<Wanted extends { from: Company }>(
  ask: (wanted: Wanted, company: Company) => Promise<Company>,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationKey: KEY,
    scope: { id: "company" },
    mutationFn: async (wanted: Wanted) => {
      const newest = queries.getQueryData<Company>(KEY);
      const company = newest?.version === carriedOn(wanted.from) ? newest : wanted.from;
      const after = await ask(wanted, company);
      if (after.version > company.version) own.set(company.version, after.version);
      return after;
    },
    onSuccess: (after) => {
      queries.setQueryData(KEY, after);
      setTimeout(() => void queries.invalidateQueries({ queryKey: ["rules"] }), TRAVELS);
    },
    onError: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

function carriedOn({ version }: Pick<Company, "version">): number {
  const next = own.get(version);
  return next === undefined ? version : carriedOn({ version: next });
}

/** The company as it will be, once all that is asked for is saved. */
export function useWished(company: Company): Company {
  const pending = useMutationState({
    filters: { mutationKey: KEY, status: "pending" },
    select: ({ state }) => state.variables as Partial<CompanyChange>,
  });
  return pending.reduce((so, { changes }) => (changes ? merged(so, changes(so)) : so), company);
}

function merged(company: Company, changes: CompanyChanges): Company {
  const parts = Object.entries(changes).map(([name, value]) => {
    const old: unknown = company[name as keyof Company];
    return [name, isRecord(old) && isRecord(value) ? { ...old, ...value } : value];
  });
  return { ...company, ...Object.fromEntries(parts) } as Company;
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
