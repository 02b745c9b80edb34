// What the pages of jobs ask status-svc, and what they change there.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, ifMatch } from "../api/client";
import type { Job, NewJob, Page, Status, VisitDraft } from "../api/types";
import { useApi } from "../api/useApi";
import type { Day } from "../words/days";
import { found } from "./search";

export interface JobFilters {
  words?: string | undefined;
  status?: string | undefined;
  customer?: string | undefined;
  cancelled?: boolean | undefined;
}

/** Of the two shapes of a job, staff always get the whole one. */
const whole = (job: unknown) => job as Job;
const SETTLED = 5 * 60_000;
const NEWS = 30_000;

export function useJobs({ words, status, customer, cancelled }: JobFilters) {
  const api = useApi().status;
  return useInfiniteQuery({
    queryKey: ["jobs", { words, status, customer, cancelled }],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }): Promise<Page<Job>> => {
      const query = {
        ...found(words),
        status_id: status ?? null,
        customer_id: customer ?? null,
        cancelled: cancelled ?? null,
        cursor: pageParam,
      };
      const page = await answered(api.GET("/v1/jobs", { params: { query }, signal }));
      return { ...page, items: page.items.map(whole) };
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: (before) => before,
  });
}

/** The jobs that somebody visits on a day, the next visit first. */
export function useVisitsOf(technician: string, { since, until }: Day) {
  const api = useApi().status;
  const query = {
    technician_id: technician,
    visit_since: since,
    visit_until: until,
    cancelled: false,
    limit: 50,
  };
  return useQuery({
    queryKey: ["jobs", "visits", technician, since],
    refetchInterval: NEWS,
    queryFn: async ({ signal }) =>
      (await answered(api.GET("/v1/jobs", { params: { query }, signal }))).items.map(whole),
  });
}

export function useBoard() {
  const api = useApi().status;
  return useQuery({
    queryKey: ["jobs", "board"],
    refetchInterval: NEWS,
    queryFn: ({ signal }) => answered(api.GET("/v1/job-board", { signal })),
    select: (page) => page.items,
  });
}

/** `known` is what a list said of it a moment ago. */
export function useJob(id: string, known?: Job) {
  const api = useApi().status;
  return useQuery({
    queryKey: ["job", id],
    ...(known ? { initialData: known } : {}),
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

export function useTechnicians() {
  const api = useApi().status;
  return useQuery({
    queryKey: ["technicians"],
    staleTime: SETTLED,
    queryFn: ({ signal }) => answered(api.GET("/v1/technicians", { signal })),
    select: (page) => page.items,
  });
}

/** What changed in a job shows wherever it is. */
export function useNews(id: string) {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      [["job", id], ["jobs"], ["deliveries"]].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
}

/** Books once, however often the same form is sent; a request that it is for has its job then. */
export function useBook() {
  const api = useApi().status;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { body: NewJob; key: string }) =>
      answered(api.POST("/v1/jobs", { params: { header: { "Idempotency-Key": key } }, body })),
    onSettled: () =>
      Promise.all([["jobs"], ["requests"]].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

/** Changes what was booked: the visits whole. */
export function useChangeVisits({ id, version }: Job) {
  const api = useApi().status;
  return useMutation({
    mutationFn: (body: { visits: VisitDraft[]; notify: boolean }) =>
      answered(
        api.PATCH("/v1/jobs/{job_id}", {
          params: { path: { job_id: id }, header: ifMatch({ version }) },
          body,
        }),
      ),
    onSettled: useNews(id),
  });
}

export function useCancelJob({ id, version }: Job) {
  const api = useApi().status;
  return useMutation({
    mutationFn: (notify: boolean) =>
      answered(
        api.POST("/v1/jobs/{job_id}/cancel", {
          params: { path: { job_id: id }, header: ifMatch({ version }) },
          body: { notify },
        }),
      ),
    onSettled: useNews(id),
  });
}

export function useNotes(id: string) {
  const api = useApi().status;
  return useInfiniteQuery({
    queryKey: ["job", id, "notes"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET("/v1/jobs/{job_id}/notes", {
          params: { path: { job_id: id }, query: { cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

export function useAddNote(id: string) {
  const api = useApi().status;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ text, key }: { text: string; key: string }) =>
      answered(
        api.POST("/v1/jobs/{job_id}/notes", {
          params: { path: { job_id: id }, header: { "Idempotency-Key": key } },
          body: { text, images: [] },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["job", id, "notes"] }),
  });
}

export function useAccount(id: string) {
  const api = useApi().status;
  return useQuery({
    queryKey: ["job", id, "account"],
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/jobs/{job_id}/account", { params: { path: { job_id: id } }, signal })),
  });
}

export interface Change {
  to: Status;
  /** Left out where nobody is asked: the customer is told. */
  notify?: boolean;
  /** Whether it takes back the change before it. */
  undo?: boolean;
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
