// What the pages of templates ask template-svc, and what they change there.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, ifMatch } from "../api/client";
import { Refusal } from "../api/refusal";
import type { Channel, Template, TemplateState } from "../api/types";
import { useApi } from "../api/useApi";
import type { Draft } from "./draft";

export interface TemplateFilters {
  words?: string | undefined;
  channel: Channel;
  /** What is archived is seen only where it is asked for. */
  state?: TemplateState | undefined;
}

export function useTemplates({ words, channel, state }: TemplateFilters) {
  const api = useApi().template;
  return useInfiniteQuery({
    queryKey: ["templates", { words, channel, state }],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = {
        channel,
        state: state ?? null,
        archived: state ? null : false,
        search: words ?? null,
        cursor: pageParam,
      };
      return answered(api.GET("/v1/templates", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: (before) => before,
  });
}

export function useTemplate(id: string) {
  const api = useApi().template;
  return useQuery({
    queryKey: ["template", id],
    queryFn: ({ signal }): Promise<Template> =>
      answered(api.GET("/v1/templates/{template_id}", { params: { path: { template_id: id } }, signal })),
  });
}

/** What is open stays open: the newest state is shown at once, lists and logs are asked for again. */
function useTaken() {
  const queries = useQueryClient();
  return (template: Template) => {
    queries.setQueryData<Template>(["template", template.id], template);
    void queries.invalidateQueries({ queryKey: ["templates"] });
    void queries.invalidateQueries({ queryKey: ["template", template.id], predicate: isAbout });
  };
}

const isAbout = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey.length > 2;

/** After a refusal for its version the newest state is fetched: the page says who was quicker, and what can be done. */
function useStale(id: string) {
  const queries = useQueryClient();
  return (error: Error) => {
    if (error instanceof Refusal && error.status === 412)
      void queries.invalidateQueries({ queryKey: ["template", id] });
  };
}

export interface Saving {
  draft: Draft;
  version: number;
}

export function useSaveDraft(id: string) {
  const api = useApi().template;
  return useMutation({
    mutationFn: ({ draft, version }: Saving): Promise<Template> =>
      answered(
        api.PUT("/v1/templates/{template_id}", {
          params: { path: { template_id: id }, header: ifMatch({ version }) },
          body: draft,
        }),
      ),
    onSuccess: useTaken(),
    onError: useStale(id),
  });
}

export function useCreateTemplate() {
  const api = useApi().template;
  return useMutation({
    mutationFn: ({ key, ...body }: Draft & { channel: Channel; key: string }): Promise<Template> =>
      answered(api.POST("/v1/templates", { params: { header: { "Idempotency-Key": key } }, body })),
    onSuccess: useTaken(),
  });
}

/** Publish, archive or put back, as the template stands. */
export function useStep(id: string, step: "publish" | "archive" | "unarchive") {
  const api = useApi().template;
  return useMutation({
    mutationFn: (of: { version: number }): Promise<Template> =>
      answered(
        api.POST(`/v1/templates/{template_id}/${step}`, {
          params: { path: { template_id: id }, header: ifMatch(of) },
        }),
      ),
    onSuccess: useTaken(),
    onError: useStale(id),
  });
}

export function useDuplicate(id: string) {
  const api = useApi().template;
  return useMutation({
    mutationFn: ({ name, key }: { name: string; key: string }): Promise<Template> =>
      answered(
        api.POST("/v1/templates/{template_id}/duplicate", {
          params: { path: { template_id: id }, header: { "Idempotency-Key": key } },
          body: { name },
        }),
      ),
    onSuccess: useTaken(),
  });
}

export function useVersions(id: string) {
  const api = useApi().template;
  return useInfiniteQuery({
    queryKey: ["template", id, "versions"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET("/v1/templates/{template_id}/versions", {
          params: { path: { template_id: id }, query: { cursor: pageParam, limit: 10 } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

/** A version never changes. */
export function useVersion(id: string, number: number) {
  const api = useApi().template;
  return useQuery({
    queryKey: ["template version", id, number],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      answered(
        api.GET("/v1/templates/{template_id}/versions/{number}", {
          params: { path: { template_id: id, number } },
          signal,
        }),
      ),
  });
}

export function useRestore(id: string) {
  const api = useApi().template;
  return useMutation({
    mutationFn: ({ number, of }: { number: number; of: Template }): Promise<Template> =>
      answered(
        api.POST("/v1/templates/{template_id}/versions/{number}/restore", {
          params: { path: { template_id: id, number }, header: ifMatch(of) },
        }),
      ),
    onSuccess: useTaken(),
    onError: useStale(id),
  });
}

export function useTemplateChanges(id: string) {
  const api = useApi().template;
  return useInfiniteQuery({
    queryKey: ["template", id, "changes"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET("/v1/templates/changes", {
          params: { query: { template_id: id, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}
