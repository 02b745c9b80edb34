// What the pages of deliveries have notifier-svc do: send again, one or many, and stop what waits.
import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered } from "../api/client";
import type { BulkResend, Channel, DeliveryState, How, Reason } from "../api/types";
import { useApi } from "../api/useApi";
import { useKey } from "../api/useKey";
import { keepFile } from "../parts/keepFile";
import { type DeliveryFilters, queryOf } from "./queries";

const LOOK_AGAIN = 700;

export interface Chosen {
  states: DeliveryState[];
  since: string;
  until: string | null;
  channel: Channel | null;
  reasons: Reason[] | null;
  customer_id: string | null;
}

/** Sent again for want of an answer, it is still one copy; `copies` tells one wish from the next. */
export function useResend(id: string, copies: number) {
  const api = useApi().notifier;
  const queries = useQueryClient();
  const key = useKey();
  return useMutation({
    mutationFn: (how: How) =>
      answered(
        api.POST("/v1/deliveries/{delivery_id}/resend", {
          params: { path: { delivery_id: id }, header: key({ how, copies }) },
          body: { how },
        }),
      ),
    onSuccess: () => changed(queries),
  });
}

export function useCancel(id: string) {
  const api = useApi().notifier;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answered(api.POST("/v1/deliveries/{delivery_id}/cancel", { params: { path: { delivery_id: id } } })),
    onSettled: () => changed(queries),
  });
}

/** The log as a file, of what the list shows. */
export function useExport(wanted: DeliveryFilters) {
  const api = useApi().notifier;
  return useMutation({
    mutationFn: () =>
      answered(
        api.GET("/v1/delivery-exports", { params: { query: queryOf(wanted) }, parseAs: "blob" }),
      ) as Promise<unknown>,
    onSuccess: (file) => keepFile(file as Blob, "deliveries.csv"),
  });
}

export function useBulkPreview(chosen: Chosen) {
  const api = useApi().notifier;
  return useQuery({
    queryKey: ["bulk-resend-preview", chosen],
    staleTime: 0,
    queryFn: ({ signal }) => answered(api.POST("/v1/resends/preview", { body: chosen, signal })),
    placeholderData: (before) => before,
  });
}

/** What may have arrived goes only after that was said, which the form has. */
export function useBulkResend() {
  const api = useApi().notifier;
  const key = useKey();
  return useMutation({
    mutationFn: (chosen: Chosen) => {
      const body = { ...chosen, may_be_there: chosen.states.includes("unknown") };
      return answered(api.POST("/v1/resends", { params: { header: key(body) }, body }));
    },
  });
}

/** How far it is, looked at until it is done; then the log has changed. */
export function useBulkProgress(begun: BulkResend) {
  const api = useApi().notifier;
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["bulk-resend", begun.id],
    initialData: begun,
    queryFn: async ({ signal }) => {
      const params = { path: { resend_id: begun.id } };
      const now = await answered(api.GET("/v1/resends/{resend_id}", { params, signal }));
      if (now.state !== "running") await changed(queries);
      return now;
    },
    refetchInterval: ({ state }) => (state.data?.state === "running" ? LOOK_AGAIN : false),
  });
}

function changed(queries: QueryClient) {
  return Promise.all([
    queries.invalidateQueries({ queryKey: ["deliveries"] }),
    queries.invalidateQueries({ queryKey: ["delivery"] }),
  ]);
}
