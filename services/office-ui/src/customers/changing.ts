// Changes of a customer, each made from the version that was seen.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Api } from "../api/client";
import { answered, ifMatch } from "../api/client";
import { Refusal } from "../api/refusal";
import type { Change, Customer } from "../api/types";
import { useApi } from "../api/useApi";
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

async function asked(api: Customers, id: string, version: number, ask: () => Promise<unknown>) {
  try {
    return whole(await ask());
  } catch (error) {
    if (error instanceof Refusal && error.status === 412) throw await overtaken(api, id, version);
    throw error;
  }
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
  const queries = useQueryClient();
  const key = ["customer", id];
  return useMutation({
    scope: { id },
    mutationFn: ({ ask, version = queries.getQueryData<Customer>(key)?.version ?? 0 }: Wanted) =>
      asked(api, id, version, () => ask(api, id, ifMatch({ version }))),
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

/** Shows a change at once, and takes it back where it is refused. */
export function useChange<Wanted>(
  id: string,
  ask: (wanted: Wanted, match: Match) => Promise<unknown>,
  shown: (customer: Customer, wanted: Wanted) => Customer,
) {
  const api = useApi().customer;
  const queries = useQueryClient();
  const key = ["customer", id];
  return useMutation({
    scope: { id },
    mutationFn: (wanted: Wanted) => {
      const { version } = queries.getQueryData<Customer>(key) ?? { version: 0 };
      return asked(api, id, version, () => ask(wanted, ifMatch({ version })));
    },
    onMutate: (wanted: Wanted) => {
      void queries.cancelQueries({ queryKey: key });
      const before = queries.getQueryData<Customer>(key);
      queries.setQueryData<Customer>(key, (customer) => customer && shown(customer, wanted));
      return { before };
    },
    onError: (_, __, kept) => queries.setQueryData(key, kept?.before),
    onSuccess: (after) => queries.setQueryData(key, after),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
}
