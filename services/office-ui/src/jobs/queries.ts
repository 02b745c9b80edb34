// What the pages of jobs ask status-svc, and what they change there.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, ifMatch } from "../api/client";
import type { Job, Page, Status } from "../api/types";
import { useApi } from "../api/useApi";
import { found } from "./search";

export interface JobFilters {
  words?: string | undefined;
  status?: string | undefined;
  customer?: string | undefined;
}

/** Of the two shapes of a job, staff always get the whole one. */
const whole = (job: unknown) => job as Job;
const SETTLED = 5 * 60_000;

export function useJobs({ words, status, customer }: JobFilters) {
  const api = useApi().status;
  return useInfiniteQuery({
    queryKey: ["jobs", { words, status, customer }],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }): Promise<Page<Job>> => {
      const query = {
        ...found(words),
        status_id: status ?? null,
        customer_id: customer ?? null,
        cursor: pageParam,
      };
      const page = await answered(api.GET("/v1/jobs", { params: { query }, signal }));
      return { ...page, items: page.items.map(whole) };
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: (before) => before,
  });
}

export function useJob(id: string) {
  const api = useApi().status;
  return useQuery({
    queryKey: ["job", id],
    queryFn: async ({ signal }) =>
      whole(await answered(api.GET("/v1/jobs/{job_id}", { params: { path: { job_id: id } }, signal }))),
  });
}

export function useHistory(id: string) {
  const api = useApi().status;
  return useInfiniteQuery({
    queryKey: ["job", id, "history"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET("/v1/jobs/{job_id}/history", {
          params: { path: { job_id: id }, query: { cursor: pageParam, limit: 200 } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

export function useStatuses() {
  const api = useApi().status;
  return useQuery({
    queryKey: ["statuses"],
    staleTime: SETTLED,
    queryFn: ({ signal }) => answered(api.GET("/v1/statuses", { signal })),
    select: (page) => page.items,
  });
}

export interface Change {
  to: Status;
  /** Left out where nobody is asked: the customer is told. */
  notify?: boolean;
}

/** Shows the new status at once, and the old one again where it is refused. */
export function useChangeStatus(id: string) {
  const api = useApi().status;
  const queries = useQueryClient();
  const key = ["job", id];
  return useMutation({
    mutationFn: ({ to, notify, of }: Change & { of: Job }) =>
      answered(
        api.POST("/v1/jobs/{job_id}/status", {
          params: {
            path: { job_id: id },
            header: { ...ifMatch(of), "Idempotency-Key": crypto.randomUUID() },
          },
          body: { status_id: to.id, ...(notify === undefined ? {} : { notify }) },
        }),
      ),
    onMutate: ({ to }) => {
      void queries.cancelQueries({ queryKey: key });
      const before = queries.getQueryData<Job>(key);
      queries.setQueryData<Job>(key, (job) => job && { ...job, status: to, previous_status: job.status });
      return { before };
    },
    onError: (_, __, kept) => queries.setQueryData(key, kept?.before),
    onSuccess: (job) => queries.setQueryData(key, job),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: key }),
        queries.invalidateQueries({ queryKey: ["jobs"] }),
        queries.invalidateQueries({ queryKey: ["deliveries"] }),
      ]),
  });
}
