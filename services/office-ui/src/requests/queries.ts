// What customers ask for, and the office's answers: asked of status-svc.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered } from "../api/client";
import type { ServiceRequest, VisitRequest } from "../api/types";
import { useApi } from "../api/useApi";
import { useKey } from "../api/useKey";

const NEWS = 15_000;
const COUNTED = 100;

/** Requests for a visit; the ones that wait, or all of them; of a job: what it was booked for. */
export function useServiceRequests(waiting: boolean, job: string | null = null) {
  const api = useApi().status;
  return useInfiniteQuery({
    queryKey: ["requests", "service", waiting, job],
    initialPageParam: null as string | null,
    refetchInterval: job ? false : NEWS,
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = { state: waiting ? ("received" as const) : null, job_id: job, cursor };
      return answered(api.GET("/v1/service-requests", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

/** What was asked about visits that are planned. */
export function useVisitRequests(waiting: boolean, job: string | null = null) {
  const api = useApi().status;
  return useInfiniteQuery({
    queryKey: ["requests", "visit", waiting, job],
    initialPageParam: null as string | null,
    refetchInterval: NEWS,
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = { state: waiting ? ("open" as const) : null, job_id: job, cursor };
      return answered(api.GET("/v1/visit-requests", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

/** How many wait for an answer; `more` where there are more than those. */
export function useWaitingRequests() {
  const api = useApi().status;
  return useQuery({
    queryKey: ["requests", "count"],
    refetchInterval: NEWS,
    queryFn: async ({ signal }) => {
      const [service, visit] = await Promise.all([
        answered(
          api.GET("/v1/service-requests", {
            params: { query: { state: "received", limit: COUNTED } },
            signal,
          }),
        ),
        answered(
          api.GET("/v1/visit-requests", { params: { query: { state: "open", limit: COUNTED } }, signal }),
        ),
      ]);
      const more = Boolean(service.next_cursor ?? visit.next_cursor);
      return { count: service.items.length + visit.items.length, more };
    },
  });
}

export interface Answer {
  yes: boolean;
  notify: boolean;
  reason: string | null;
}

export function useAnswerService({ id }: ServiceRequest) {
  const api = useApi().status;
  const key = useKey();
  return useAnswer(({ yes, notify, reason }: Answer) => {
    const params = { path: { request_id: id }, header: key([yes, notify, reason]) };
    return answered(
      yes
        ? api.POST("/v1/service-requests/{request_id}/accept", { params, body: { notify } })
        : api.POST("/v1/service-requests/{request_id}/reject", { params, body: { notify, reason } }),
    );
  });
}

/** The time that the visit is moved to; none where it is the one that was asked for, or called off. */
export type Window = { starts_at: string; ends_at: string } | undefined;

export function useGrantVisit({ id }: VisitRequest) {
  const api = useApi().status;
  const key = useKey();
  return useAnswer(({ to, notify }: { to: Window; notify: boolean }) =>
    answered(
      api.POST("/v1/visit-requests/{visit_request_id}/accept", {
        params: { path: { visit_request_id: id }, header: key([to, notify]) },
        body: { ...to, notify },
      }),
    ),
  );
}

export function useDeclineVisit({ id }: VisitRequest) {
  const api = useApi().status;
  const key = useKey();
  return useAnswer((reason: string) =>
    answered(
      api.POST("/v1/visit-requests/{visit_request_id}/decline", {
        params: { path: { visit_request_id: id }, header: key(reason) },
        body: { reason },
      }),
    ),
  );
}

/** Also after a refusal the newest state is asked for: a colleague may have been quicker. */
function useAnswer<Said>(ask: (said: Said) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ask,
    onSettled: () =>
      Promise.all(
        [["requests"], ["jobs"], ["job"], ["deliveries"]].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
