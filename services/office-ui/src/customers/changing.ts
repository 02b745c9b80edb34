// Changes of a customer, each made from the version that was seen.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Api } from "../api/client";
import { answered, ifMatch } from "../api/client";
import { Refusal } from "../api/refusal";
import type { Change, Customer } from "../api/types";
import { useApi } from "../api/useApi";
import { useSession } from "../session/useSession";
import { whole } from "./queries";

type Customers = Api["customer"];
export type Match = ReturnType<typeof ifMatch>;

/** One operation that changes a customer, and answers with the new one. */
export type Ask = (api: Customers, id: string, header: Match) => Promise<unknown>;

/** Somebody else changed the customer since it was seen: this, and it has this version now. */
export class Overtaken extends Error {
  readonly changes: Change[];
  readonly version: number;

  constructor(changes: Change[], version: number) {
    super("The customer has changed.");
    this.changes = changes;
    this.version = version;
  }
}

/** Asks, from a version. Where it has been overtaken by one's own changes only, it is asked once more from the newest. */
function useAsked(id: string) {
  const api = useApi().customer;
  const me = useSession().id;
  return async (version: number, ask: (header: Match) => Promise<unknown>): Promise<Customer> => {
    try {
      return whole(await ask(ifMatch({ version })));
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 412) throw error;
      const news = await overtaken(api, id, version);
      if (news.changes.some(({ actor }) => actor !== me)) throw news;
      return whole(await ask(ifMatch(news)));
    }
  };
}

async function overtaken(api: Customers, id: string, seen: number): Promise<Overtaken> {
  const path = { customer_id: id };
  const { version } = whole(await answered(api.GET("/v1/customers/{customer_id}", { params: { path } })));
  const log = await answered(api.GET("/v1/customers/{customer_id}/changes", { params: { path } }));
  const theirs = log.items.filter((change) => change.version > seen && change.version <= version);
  return new Overtaken(theirs, version);
}

interface Wanted {
  ask: Ask;
  /** Where none is named, that of the page. */
  version?: number;
}

/** Changes of one customer go one after the other. */
export function useEdit(id: string) {
  const api = useApi().customer;
  const asked = useAsked(id);
  const queries = useQueryClient();
  const key = ["customer", id];
  return useMutation({
    scope: { id },
    mutationFn: ({ ask, version = queries.getQueryData<Customer>(key)?.version ?? 0 }: Wanted) =>
      asked(version, (header) => ask(api, id, header)),
    onSuccess: (after) => queries.setQueryData(key, after),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: key });
      void queries.invalidateQueries({ queryKey: ["customers"] });
    },
  });
}

/** For a form: it changes the version that it was opened on, or, once it has told of a newer one, that. */
export function useSaving({ id, version }: Customer) {
  const [opened] = useState(version);
  const edit = useEdit(id);
  const seen = edit.error instanceof Overtaken ? edit.error.version : opened;
  const save = (ask: Ask, onSuccess: (after: Customer) => void) =>
    edit.mutate({ ask, version: seen }, { onSuccess });
  return { save, pending: edit.isPending, error: edit.error };
}

/** Shows a change at once, and takes it back where it is refused; what is switched meanwhile stays as it is shown. */
export function useChange<Wanted>(
  id: string,
  ask: (wanted: Wanted, match: Match) => Promise<unknown>,
  shown: (customer: Customer, wanted: Wanted) => Customer,
) {
  const asked = useAsked(id);
  const queries = useQueryClient();
  const key = ["customer", id];
  const mutationKey = ["change", id];
  const isLast = () => queries.isMutating({ mutationKey }) === 1;
  return useMutation({
    mutationKey,
    scope: { id },
    mutationFn: (wanted: Wanted) => {
      const { version } = queries.getQueryData<Customer>(key) ?? { version: 0 };
      return asked(version, (header) => ask(wanted, header));
    },
    onMutate: (wanted: Wanted) => {
      void queries.cancelQueries({ queryKey: key });
      const before = queries.getQueryData<Customer>(key);
      queries.setQueryData<Customer>(key, (customer) => customer && shown(customer, wanted));
      return { before };
    },
    onError: (_, __, kept) => queries.setQueryData(key, kept?.before),
    onSuccess: (after) =>
      queries.setQueryData<Customer>(key, (now) =>
        now && !isLast() ? { ...now, version: after.version } : after,
      ),
    onSettled: () => {
      if (isLast()) void queries.invalidateQueries({ queryKey: key });
    },
  });
}
